"""What a reply is expected to say, and the comparison with what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crmkit.suite.errors import Difference
from crmkit.suite.replies import details
from crmkit.suite.replies.details import Argument
from crmkit.suite.replies.reading import ReportedError

_FIELDS = ("code", "level", "reason", "details")


@dataclass(frozen=True)
class ExpectedError:
    """An Error by its literals, with what its placeholders stand for; `tickets` are the aliases it names."""

    code: str
    level: str
    reason: str
    details: str
    arguments: Mapping[int, Argument] = field(default_factory=dict)
    tickets: tuple[str, ...] = ()

    def matching(self, observed: ReportedError) -> dict[str, bool]:
        """Field by field. Reasons are compared without regard to case (D-02b)."""
        return {
            "code": observed.code == self.code,
            "level": observed.level == self.level,
            "reason": (observed.reason or "").casefold() == self.reason.casefold(),
            "details": details.matches(self.details, self.arguments, observed.details),
        }

    def text(self, name: str) -> str:
        """A field in the reference spelling."""
        return details.render(self.details, self.arguments) if name == "details" else str(getattr(self, name))

    def __str__(self) -> str:
        return f"{self.code} {self.level} {self.reason}: {self.text('details')}"


def differing_errors(
    expected: Sequence[ExpectedError], observed: Sequence[ReportedError], optional: Sequence[ExpectedError] = ()
) -> list[Difference]:
    """What two lists of Errors differ in, their order apart. An `optional` one may be there, once each."""
    taken = _assign(expected, observed)
    left = [error for number, error in enumerate(observed) if number not in taken.values()]
    missing = [error for number, error in enumerate(expected) if number not in taken]
    for extra in optional:
        found = next((error for error in left if all(extra.matching(error).values())), None)
        if found is not None:
            left.remove(found)
    return _explain(missing, left)


def _assign(expected: Sequence[ExpectedError], observed: Sequence[ReportedError]) -> dict[int, int]:
    """The largest assignment of expected to observed errors (augmenting paths): one that takes anything must not
    take what another one needs."""
    fits = [
        [number for number, error in enumerate(observed) if all(wanted.matching(error).values())] for wanted in expected
    ]
    holder: dict[int, int] = {}

    def place(wanted: int, tried: set[int]) -> bool:
        for number in fits[wanted]:
            if number in tried:
                continue
            tried.add(number)
            if number not in holder or place(holder[number], tried):
                holder[number] = wanted
                return True
        return False

    for wanted in range(len(expected)):
        place(wanted, set())
    return {wanted: number for number, wanted in holder.items()}


def _explain(missing: list[ExpectedError], left: list[ReportedError]) -> list[Difference]:
    """Name the field that deviates where an Error is nearly right, else the Error as a whole."""
    differences: list[Difference] = []
    left = list(left)
    for wanted in missing:
        near = max(left, key=lambda error: _likeness(wanted, error), default=None)
        if near is None or _likeness(wanted, near) < 2:
            differences.append(Difference("Reply/Error", str(wanted), "absent"))
            continue
        left.remove(near)
        differences += [
            Difference(f"Reply/Error/{name}", wanted.text(name), getattr(near, name) or "absent")
            for name, same in wanted.matching(near).items()
            if not same
        ]
    differences += [Difference("Reply/Error", "no such Error", _text(error)) for error in left]
    return differences


def _likeness(wanted: ExpectedError, observed: ReportedError) -> int:
    same = wanted.matching(observed)
    # The same reason weighs most: it names the rule.
    return sum(same.values()) + (1 if same["reason"] else 0)


def _text(error: ReportedError) -> str:
    return f"{error.code} {error.level or '-'} {error.reason or '-'}: {error.details or '-'}"

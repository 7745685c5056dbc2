"""What a reply is expected to say of errors, and the comparison with what it says, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crmkit.suite.evidence import Aspect, Check, Held
from crmkit.suite.replies import details
from crmkit.suite.replies.details import Argument, Judged
from crmkit.suite.replies.reading import ReportedError

ASPECTS = {"code": Aspect.CODE, "level": Aspect.LEVEL, "reason": Aspect.REASON, "details": Aspect.DETAILS}
# An Error as near as this to an expected one is meant to be that one.
_NEAR = 2
_ELEMENT = "Reply/Error"


@dataclass(frozen=True)
class ExpectedError:
    """An Error by its literals, with what its placeholders stand for; `tickets` are the aliases it names.

    `decision` is the one that lets it be reported, where the row does not print it.
    """

    code: str
    level: str
    reason: str
    details: str
    arguments: Mapping[int, Argument] = field(default_factory=dict)
    tickets: tuple[str, ...] = ()
    decision: str | None = None

    def holding(self, observed: ReportedError) -> dict[str, Held]:
        """How each field holds. Reasons are compared without regard to case (D-02b)."""
        same_reason = (observed.reason or "").casefold() == self.reason.casefold()
        return {
            "code": Held.STRICT if observed.code == self.code else Held.NO,
            "level": Held.STRICT if observed.level == self.level else Held.NO,
            "reason": Held.STRICT if observed.reason == self.reason else Held.NORMAL if same_reason else Held.NO,
            "details": self.details_of(observed).held,
        }

    def fits(self, observed: ReportedError) -> bool:
        """Whether every field holds."""
        return Held.NO not in self.holding(observed).values()

    def details_of(self, observed: ReportedError) -> Judged:
        """How the details hold."""
        return details.judge(self.details, self.arguments, observed.details)

    def text(self, name: str) -> str:
        """A field in the reference spelling."""
        return details.render(self.details, self.arguments) if name == "details" else str(getattr(self, name))

    def __str__(self) -> str:
        return f"{self.code} {self.level} {self.reason}: {self.text('details')}"


def judge_errors(
    expected: Sequence[ExpectedError],
    observed: Sequence[ReportedError],
    optional: Sequence[ExpectedError] = (),
    kinds: set[str] | None = None,
) -> list[Check]:
    """Two lists of Errors compared, their order apart: a check for each field of each expected one, and one for each
    that nobody expects. An `optional` one may be there, once each. `kinds` takes those of names that are not the
    reference's (D-15).
    """
    taken = _assign(expected, observed)
    left = [number for number in range(len(observed)) if number not in taken.values()]
    allowed: list[Check] = []
    for extra in optional:
        found = next((number for number in left if extra.fits(observed[number])), None)
        if found is not None:
            left.remove(found)
            allowed += _field_checks(_ELEMENT, extra, observed[found], found)
    taken |= _nearest(expected, observed, [n for n in range(len(expected)) if n not in taken], left)
    checks = []
    for number, wanted in enumerate(expected):
        name = _ELEMENT if len(expected) == 1 else f"{_ELEMENT}[{number + 1}]"
        place = taken.get(number)
        if kinds is not None and place is not None:
            kinds |= wanted.details_of(observed[place]).kinds
        checks += _field_checks(name, wanted, None if place is None else observed[place], place)
    return [*checks, *allowed, *(_unexpected(observed[number], number) for number in left)]


def _field_checks(name: str, wanted: ExpectedError, seen: ReportedError | None, place: int | None) -> list[Check]:
    if seen is None:
        return [
            Check(aspect, f"{name}/{part}", wanted.text(part), "no such Error", Held.NO, element="Reply")
            for part, aspect in ASPECTS.items()
        ]
    checks = []
    for part, held in wanted.holding(seen).items():
        decision = None
        if held is Held.READING:
            decision = "D-15"
        elif held is not Held.NO and wanted.decision is not None:
            held, decision = Held.READING, wanted.decision
        element = f"{_ELEMENT}[{(place or 0) + 1}]"
        # What is not there cannot be pointed at.
        at = element if getattr(seen, part) is None else f"{element}/{part}"
        observed = getattr(seen, part)
        shown = "absent" if observed is None else observed or "empty"
        checks.append(Check(ASPECTS[part], f"{name}/{part}", wanted.text(part), shown, held, decision, at))
    return checks


def _unexpected(error: ReportedError, place: int) -> Check:
    return Check(Aspect.REASON, _ELEMENT, "no such Error", as_text(error), Held.NO, element=f"{_ELEMENT}[{place + 1}]")


def _assign(expected: Sequence[ExpectedError], observed: Sequence[ReportedError]) -> dict[int, int]:
    """The largest assignment of expected to observed errors (augmenting paths): one that takes anything must not
    take what another one needs."""
    fits = [[number for number, error in enumerate(observed) if wanted.fits(error)] for wanted in expected]
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


def _nearest(
    expected: Sequence[ExpectedError], observed: Sequence[ReportedError], missing: Sequence[int], left: list[int]
) -> dict[int, int]:
    """Which Error is meant to be which missing one: the likest first, taken from `left`."""
    pairs = sorted(
        ((-_likeness(expected[wanted], observed[seen]), wanted, seen) for wanted in missing for seen in left),
    )
    found: dict[int, int] = {}
    for unlikeness, wanted, seen in pairs:
        if -unlikeness >= _NEAR and wanted not in found and seen in left:
            found[wanted] = seen
            left.remove(seen)
    return found


def _likeness(wanted: ExpectedError, observed: ReportedError) -> int:
    holding = wanted.holding(observed)
    # The same reason weighs most: it names the rule.
    return sum(held is not Held.NO for held in holding.values()) + (holding["reason"] is not Held.NO)


def as_text(error: ReportedError) -> str:
    """An Error in a line."""
    return f"{error.code} {error.level or '-'} {error.reason or '-'}: {error.details or '-'}"

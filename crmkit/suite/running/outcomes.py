"""The seven outcomes, and the one function that makes a verdict of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum


class Outcome(Enum):
    """What became of a row, or of one of its scenarios."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    NOT_APPLICABLE = "not-applicable"
    COULD_NOT_TEST = "could-not-test"
    NOT_SELECTED = "not-selected"
    ATTESTED = "attested"


class ExitCode(IntEnum):
    """How `crmkit verify` ends."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    INCOMPLETE = 3
    BROKEN = 4
    # As a shell says of a program that Ctrl-C has ended.
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of the target; `text` is what the report carries. The story is told apart from the rows."""

    text: str
    exit_code: ExitCode
    counts: Mapping[Outcome, int]
    story: Outcome = Outcome.NOT_SELECTED
    # Of the user's own scenarios; empty without any.
    own: Mapping[Outcome, int] = field(default_factory=dict)


# A row is as good as its worst scenario. A failure tops an error: it says something about the target.
_WORST_FIRST = (
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.COULD_NOT_TEST,
    Outcome.NOT_SELECTED,
    Outcome.ATTESTED,
    Outcome.PASSED,
    Outcome.NOT_APPLICABLE,
)
_STORY_CODES = {
    Outcome.PASSED: ExitCode.CONFORMANT,
    Outcome.ATTESTED: ExitCode.CONFORMANT,
    Outcome.FAILED: ExitCode.NOT_CONFORMANT,
    Outcome.ERROR: ExitCode.BROKEN,
    Outcome.COULD_NOT_TEST: ExitCode.INCOMPLETE,
}

_OWN_TEXTS = {
    ExitCode.CONFORMANT: "own scenarios passed",
    ExitCode.NOT_CONFORMANT: "own scenarios failed",
    ExitCode.BROKEN: "own scenarios incomplete",
    ExitCode.INCOMPLETE: "own scenarios incomplete",
}
_GRAVEST_FIRST = (ExitCode.NOT_CONFORMANT, ExitCode.BROKEN, ExitCode.INCOMPLETE, ExitCode.CONFORMANT)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a row from those of its scenarios. Raises ValueError without any: nothing is not a pass."""
    seen = set(outcomes)
    for outcome in _WORST_FIRST:
        if outcome in seen:
            return outcome
    raise ValueError("a row without scenarios has no outcome")


def judge(outcomes: Iterable[Outcome]) -> Verdict:
    """The verdict over all rows.

    One failed row outweighs everything else; then the harness' own faults; then what could not be tested. Skipped is
    never passed: a run in which no row passed or was attested shows nothing, and is incomplete. What rests on what a
    person saw is told apart.
    """
    seen = list(outcomes)
    counts = {outcome: seen.count(outcome) for outcome in Outcome}
    if counts[Outcome.FAILED]:
        return Verdict("not conformant", ExitCode.NOT_CONFORMANT, counts)
    if counts[Outcome.ERROR]:
        return Verdict("incomplete", ExitCode.BROKEN, counts)
    shown = counts[Outcome.PASSED] + counts[Outcome.ATTESTED]
    if counts[Outcome.COULD_NOT_TEST] or not shown:
        return Verdict("incomplete", ExitCode.INCOMPLETE, counts)
    if counts[Outcome.NOT_SELECTED]:
        return Verdict(_with_attested("selection passed", counts[Outcome.ATTESTED]), ExitCode.CONFORMANT, counts)
    return Verdict(_with_attested("conformant", counts[Outcome.ATTESTED]), ExitCode.CONFORMANT, counts)


def _with_attested(text: str, count: int) -> str:
    return f"{text} with {count} attested" if count else text


def interrupted(verdict: Verdict) -> Verdict:
    """No verdict, whatever was seen so far: the run was ended before its end."""
    return replace(verdict, text="interrupted", exit_code=ExitCode.INTERRUPTED)


def with_story(verdict: Verdict, story: Outcome, is_own: bool) -> Verdict:
    """The verdict over the rows, and the story's outcome beside it.

    The story leans on readings of the decisions that nobody else has to share, so only the reference adapter
    (`is_own`) is judged by it; another target is told. A run of nothing but the story is as good as that.
    """
    if story is Outcome.NOT_SELECTED:
        return verdict
    alone = not any(count for outcome, count in verdict.counts.items() if outcome is not Outcome.NOT_SELECTED)
    if alone and story in (Outcome.PASSED, Outcome.ATTESTED):
        text = _with_attested("selection passed", int(story is Outcome.ATTESTED))
        return replace(verdict, text=text, exit_code=ExitCode.CONFORMANT, story=story)
    # Rows that failed, or could not be tested, weigh more.
    weighs = is_own and (alone or verdict.exit_code is ExitCode.CONFORMANT)
    return replace(verdict, exit_code=_STORY_CODES[story] if weighs else verdict.exit_code, story=story)


def with_own(verdict: Verdict, outcomes: Iterable[Outcome]) -> Verdict:
    """The verdict over the rows, and the user's own scenarios beside it; these change no row.

    The exit code is the graver of the two. A run of nothing but own scenarios is as good as they are.
    """
    own = judge(outcomes)
    counts = {outcome: count for outcome, count in own.counts.items() if count}
    if not counts:
        return verdict
    said = _OWN_TEXTS[own.exit_code]
    if own.exit_code is ExitCode.CONFORMANT:
        said = _with_attested(said, own.counts[Outcome.ATTESTED])
    ran = any(count for outcome, count in verdict.counts.items() if outcome is not Outcome.NOT_SELECTED)
    if not ran and verdict.story is Outcome.NOT_SELECTED:
        return replace(verdict, text=said, exit_code=own.exit_code, own=counts)
    code = next(code for code in _GRAVEST_FIRST if code in (verdict.exit_code, own.exit_code))
    return replace(verdict, text=f"{verdict.text}, {said}", exit_code=code, own=counts)

"""The results that an IVR posts: that they come, how often, and after which answers of the adapter."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence

from crmkit.listening.postings import Answering, Posting
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.evidence import Aspect, Check, Held
from crmkit.suite.ivr.dialogue import Dialogue
from crmkit.suite.ivr.questions import BUSY, FAULTED, REFUSED, REPEATED, UNANSWERED
from crmkit.suite.ivr.written import Table
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.replies.questions import Question
from crmkit.suite.tables import rows_with

# How long a second result is looked out for; whatever comes later is seen when the whole run is looked at.
SETTLE_SECONDS = 0.2
# How long an IVR may take until it posts a result again: one that was refused, and one that it was asked to repeat, or
# got no answer to. Longer than that is told as not posted again.
REFUSED_SECONDS = 0.5
AGAIN_SECONDS = 2.0
# How long a result may take to come again that was answered late.
LATE_SECONDS = 1.0
_QUESTIONS: dict[Answering, Question] = {
    Answering.FAILED: REFUSED,
    Answering.FAULT: FAULTED,
    Answering.BUSY: BUSY,
    Answering.LOST: UNANSWERED,
}


def take_callbacks(dialogue: Dialogue, table: Table) -> None:
    """Send callbacks that the IVR has to take, for their results are what is tested. CouldNotTest when it does not."""
    dialogue.send(table)
    require_taken(dialogue)


def refuse_callbacks(dialogue: Dialogue, table: Table, otherwise: Otherwise) -> None:
    """Send callbacks in a message that the IVR has to refuse. CouldNotTest when it does not."""
    dialogue.send(table, otherwise)
    reply = dialogue.conversation.reply_as_read()
    if reply is not None and reply.result == "OK":
        raise CouldNotTest("the IVR took a message that it should have refused: a row of its own tells of that")
    dialogue.run.refused.update(dialogue.sendings[-1].written.mrids)


def require_taken(dialogue: Dialogue) -> None:
    """The last message was answered with OK, whatever else is wrong with the reply. CouldNotTest otherwise."""
    reply = dialogue.conversation.reply_as_read()
    if reply is None or reply.result != "OK":
        told = "no reply that can be read" if reply is None else f"Result {reply.result or 'none'}"
        raise CouldNotTest(f"the IVR did not take the callbacks that the scenario needs: {told}")


def expect_one_each(dialogue: Dialogue, table: Table) -> None:
    """Each callback of the table has one result, and no second one after it was taken."""
    aliases = _aliases(table)
    mrids = _mrids(dialogue, aliases)
    await_results(dialogue, mrids)
    _settle(dialogue)
    postings = dialogue.run.needs_results().postings()
    dialogue.conversation.judge(
        [_count_check(alias, mrid, postings) for alias, mrid in zip(aliases, mrids, strict=True)]
    )


def expect_none(dialogue: Dialogue, table: Table) -> None:
    """No callback of the table has a result so far; one that comes later is seen when the whole run is looked at."""
    aliases = _aliases(table)
    if not dialogue.run.needs_results().postings():
        raise CouldNotTest(silence(dialogue))
    postings = dialogue.run.needs_results().postings()
    dialogue.conversation.judge(
        [
            Check(Aspect.EFFECT, f"results of {alias}", "none", *_none_or_some(_times(mrid, postings)))
            for alias, mrid in zip(aliases, _mrids(dialogue, aliases), strict=True)
        ]
    )


def expect_called_once_or_again(dialogue: Dialogue, table: Table) -> None:
    """Each callback of the table has a result, or one for each message that carried it (D-44)."""
    aliases = _aliases(table)
    mrids = _mrids(dialogue, aliases)
    await_results(dialogue, mrids)
    _settle(dialogue)
    postings = dialogue.run.needs_results().postings()
    sent = len(dialogue.sendings)
    times = [_times(mrid, postings) for mrid in mrids]
    reading = REPEATED.answers[1 if max(times) > 1 else 0]
    checks = [
        Check(
            Aspect.EFFECT,
            f"results of {alias}",
            f"one, or {sent}",
            str(count),
            Held.NO if not 1 <= count <= sent else Held.STRICT if count == 1 else Held.READING,
            REPEATED.decision if count > 1 else None,
        )
        for alias, count in zip(aliases, times, strict=True)
    ]
    _read_as(dialogue, REPEATED, reading)
    dialogue.conversation.judge(checks)


def expect_after_answer(dialogue: Dialogue, table: Table) -> None:
    """The results of the table's callbacks were answered as the scenario says; posted again or not, as decisions let
    an IVR choose, and never again once they were taken."""
    aliases = _aliases(table)
    mrids = _mrids(dialogue, aliases)
    await_results(dialogue, mrids)
    results = dialogue.run.needs_results()
    wanted = frozenset(mrids)
    first = next(each for each in results.postings() if not each.mrids.isdisjoint(wanted))
    question = _QUESTIONS.get(first.answering)
    if question is not None:
        is_refusal = first.answering in (Answering.FAILED, Answering.FAULT)
        seconds = REFUSED_SECONDS if is_refusal else AGAIN_SECONDS
        results.wait_until(lambda postings: wanted <= _taken(postings), seconds)
    else:
        # Until the answer is out, which comes late; who did not wait for it posts again then.
        results.wait_until(lambda _: first.ended is not None, AGAIN_SECONDS)
        results.wait_until(lambda postings: any(_times(mrid, postings) > 1 for mrid in mrids), LATE_SECONDS)
    _settle(dialogue)
    postings = results.postings()
    checks = []
    if question is not None:
        again = wanted <= _taken(postings)
        says_again = next(each for each in question.answers if "not posted" not in each)
        says_not = next(each for each in question.answers if "not posted" in each)
        _read_as(dialogue, question, says_again if again else says_not)
    checks += [_count_check(alias, mrid, postings) for alias, mrid in zip(aliases, mrids, strict=True)]
    dialogue.conversation.judge(checks)


def expect_clean_run(dialogue: Dialogue) -> None:
    """Over the whole run no result was posted again after it was taken, and none for a callback that was never sent, or
    whose message was refused.
    """
    results = dialogue.run.needs_results()
    if not results.postings():
        raise CouldNotTest(silence(dialogue))
    _settle(dialogue)
    postings = results.postings()
    seen = sorted({mrid for each in postings for mrid in each.mrids})
    again = dialogue.run.sent_again
    found = {
        "results of callbacks that were never sent": [each for each in seen if not results.was_given(each)],
        "results of callbacks whose message was refused": [each for each in seen if each in dialogue.run.refused],
        "results that were posted again after OK": [
            each for each in seen if results.was_given(each) and each not in again and _after(each, postings)
        ],
    }
    dialogue.conversation.judge(
        Check(Aspect.EFFECT, field, "none", ", ".join(mrids) or "none", Held.NO if mrids else Held.STRICT)
        for field, mrids in found.items()
    )


def await_results(dialogue: Dialogue, mrids: Collection[str]) -> None:
    """Wait until each callback has a result, or the time for results is over. CouldNotTest from an IVR that has never
    posted anything.
    """
    run, wanted = dialogue.run, frozenset(mrids)
    results = run.needs_results()
    came = results.wait_until(lambda postings: wanted <= _posted(postings), run.patience)
    if not came and not results.postings():
        run.is_silent = True
        raise CouldNotTest(silence(dialogue))


def silence(dialogue: Dialogue) -> str:
    """What to supply where an IVR posts no results at all."""
    run = dialogue.run
    return (
        f"the IVR has posted no results within {run.results_seconds:g} s: let it post them to "
        f"{run.needs_results().url}, let test numbers answer, or raise limits.results_seconds in the profile"
    )


def _aliases(table: Table) -> list[str]:
    return [row["callback"] for row in rows_with(table, (("callback", ""),))]


def _mrids(dialogue: Dialogue, aliases: Iterable[str]) -> list[str]:
    found = []
    for alias in aliases:
        if alias not in dialogue.callbacks:
            raise HarnessError(f"no callback {alias!r} was sent")
        found.append(dialogue.callbacks[alias])
    return found


def _settle(dialogue: Dialogue) -> None:
    """Give a second result time to come."""
    dialogue.run.needs_results()
    time.sleep(SETTLE_SECONDS)


def _posted(postings: Sequence[Posting]) -> frozenset[str]:
    return frozenset(mrid for each in postings for mrid in each.mrids)


def _taken(postings: Sequence[Posting]) -> frozenset[str]:
    return frozenset(mrid for each in postings for mrid in each.accepted)


def _times(mrid: str, postings: Sequence[Posting]) -> int:
    """How many results a callback has got."""
    return sum(1 for each in postings for result in each.results if result.mrid == mrid)


def _after(mrid: str, postings: Sequence[Posting]) -> int:
    """How many results came after one was taken, and how many beside another one in a message."""
    extra, taken = 0, False
    for each in postings:
        count = sum(1 for result in each.results if result.mrid == mrid)
        extra += count if taken else max(count - 1, 0)
        taken = taken or mrid in each.accepted
    return extra


def _count_check(alias: str, mrid: str, postings: Sequence[Posting]) -> Check:
    """One result, and no other one once it was taken."""
    times, extra = _times(mrid, postings), _after(mrid, postings)
    observed = "none" if not times else f"{1 + extra}" if extra else "one"
    held = Held.STRICT if times and not extra else Held.NO
    return Check(Aspect.EFFECT, f"results of {alias}", "one", observed, held)


def _none_or_some(times: int) -> tuple[str, Held]:
    return (str(times), Held.NO) if times else ("none", Held.STRICT)


def _read_as(dialogue: Dialogue, question: Question, reading: str) -> None:
    if not question.admits(dialogue.run.interpretations, reading):
        wanted = question.wanted(dialogue.run.interpretations) or question.printed
        raise Mismatch.of(question.decision, wanted, reading)
    dialogue.conversation.readings_seen[question.decision] = reading

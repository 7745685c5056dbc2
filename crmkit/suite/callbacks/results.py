"""Reporting what became of callbacks, and the reply to that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from crmkit.suite import values
from crmkit.suite.callbacks.queue import ADAPTER, EVERYTHING, REPORT, CallbackQueue, Entry
from crmkit.suite.conversation import Table
from crmkit.suite.errors import CouldNotTest, HarnessError
from crmkit.suite.evidence import Aspect, compared
from crmkit.suite.otherwise import AS_USUAL, Otherwise
from crmkit.suite.payload_places import ABSENT, place_of_entry
from crmkit.suite.replies.questions import FIRST_WINS, SEVERAL_ENTRIES, UNHELD_ACCEPTED
from crmkit.suite.tables import rows_with
from crmkit.suite.tickets.stored_fields import NOT_JUDGED

# What docs/steps.md prints.
RESULT_COLUMNS = (
    ("callback", "what the scenario calls the entry; a callback of the queue, unless the mRID says otherwise"),
    ("csr", "who reports it"),
    ("result", "what became of it; empty: no status"),
    (
        "comment",
        "a remark; `x*fit`: as many `x` as fit behind the earlier one, `x*fit+1`: one more",
    ),
    ("called", "when the customer was called"),
    ("mRID", "`its own`, as without the column; `unknown`: none that the target has; `none`: left out"),
)
ANSWER_COLUMNS = (
    ("callback", "which entry"),
    ("status", "`any`: some word"),
)
FITTING = re.compile(r"(?P<text>\S)\*fit(?:\+(?P<more>\d+))?")
_DUPLICATES = "8.1-07"
# The contract's reference data.
RESULT_WORDS = frozenset({"Restored", "Not Restored", "No Answer", "Busy", "Left Message", "Undialable", "Declined"})


def report(queue: CallbackQueue, table: Table, otherwise: Otherwise = AS_USUAL) -> None:
    """Send the results of a table in one message."""
    conversation = queue.conversation
    rows = rows_with(table, RESULT_COLUMNS)
    operation = conversation.run.target.contract.operations[REPORT]
    queue.reported = [_entry(queue, row) for row in rows]
    _name_entries(queue)
    content = [_content(row, entry) for row, entry in zip(rows, queue.reported, strict=True)]
    _check_words(queue)
    conversation.reports_only_on_unheld = _are_unheld(queue)
    conversation.reports_on_others = _count_others(queue, rows)
    conversation.send_message(operation, {"CallBackResult": content}, otherwise)


def report_and_pull_again(queue: CallbackQueue, table: Table) -> None:
    """Results after which the customers are to be called again: who reported them pulls the callbacks anew.

    What becomes of a callback that was not answered is not asserted (D-39): CouldNotTest where it does not come back.
    """
    _report_before(queue, table)
    queue.let_pass(queue.setting("requeue_seconds") + 1)
    rows = rows_with(table, RESULT_COLUMNS)
    for csr in dict.fromkeys(row["csr"] for row in rows):
        # With the time that has passed others' callbacks may be free again, too, and come first.
        queue.pull(csr, {"count": EVERYTHING})
        aliases = [row["callback"] for row in rows if row["csr"] == csr]
        if not queue.until_held(aliases, csr):
            raise CouldNotTest(f"the target does not give {', '.join(aliases)} out again after the earlier results")
    queue.reported = []
    queue.mark()


def report_before(queue: CallbackQueue, table: Table) -> None:
    """Results that are not what the scenario is about."""
    _report_before(queue, table)
    queue.reported = []
    queue.mark()


def _report_before(queue: CallbackQueue, table: Table) -> None:
    """CouldNotTest where they are not taken. A remark behind an earlier one shows what is put between the two."""
    earlier = {alias: str(waiting.stored["comment"] or "") for alias, waiting in queue.callbacks.items()}
    report(queue, table)
    reply = queue.conversation.reply()
    if reply.result != "OK":
        raise CouldNotTest(f"the target did not take the earlier results: Result {reply.result}")
    queue.refresh()
    for entry in queue.reported:
        if earlier.get(entry.alias) and entry.comment:
            now = str(queue.callback(entry.alias).stored["comment"] or "")
            # Who does not append at all is told so by its own row.
            between = values.between(now, earlier[entry.alias], entry.comment)
            queue.separator = values.SEPARATOR if between is None else between


def expect_answers(queue: CallbackQueue, table: Table) -> None:
    """The reply carries the callbacks whose results were taken, these and no others, each with a word."""
    reply = queue.conversation.reply()
    if reply.result == "FAILED" and not reply.results:
        # Where the Result may be FAILED though some results were taken (D-12), it need not tell which.
        return
    rows = rows_with(table, ANSWER_COLUMNS)
    expected = Counter(_mrid_of(queue, row["callback"]) for row in rows)
    if first_wins(queue):
        expected |= Counter(_duplicates(queue))
    observed = Counter((answer.mrid or "").strip() for answer in reply.results)
    told = ", ".join(sorted(_alias(queue, mrid) for mrid in observed.elements())) or "none"
    wanted = ", ".join(sorted(_alias(queue, mrid) for mrid in expected.elements())) or "none"
    checks = [compared(Aspect.PAYLOAD, "Payload", wanted, told, expected == observed, "Payload")]
    words = {_mrid_of(queue, row["callback"]): row.get("status", NOT_JUDGED) for row in rows}
    for number, answer in enumerate(reply.results):
        word = ((answer.status.value if answer.status else None) or "").strip()
        wanted = words.get((answer.mrid or "").strip(), "any")
        holds = bool(word) and wanted in (NOT_JUDGED, "any", word)
        at = place_of_entry("CallBackResult", _alias(queue, answer.mrid or ""), number, "CallBacksResults")
        said = "some word" if wanted in (NOT_JUDGED, "any") else wanted
        checks.append(at.check("status/value", said, word or ABSENT, holds))
    queue.conversation.judge(checks)


def first_wins(queue: CallbackQueue) -> bool:
    """Whether the target carries out the first of several entries about one callback (D-10); noted where it does."""
    if queue.conversation.row != _DUPLICATES:
        return False
    twice, reply = set(_duplicates(queue)), queue.conversation.reply_as_read()
    wanted = SEVERAL_ENTRIES.wanted(queue.conversation.run.interpretations)
    carried = reply is not None and any((answer.mrid or "").strip() in twice for answer in reply.results)
    seen = bool(twice) and (wanted == FIRST_WINS or (wanted is None and carried))
    if seen:
        queue.conversation.readings_seen[SEVERAL_ENTRIES.decision] = FIRST_WINS
    return seen


def carried_out_besides(queue: CallbackQueue) -> dict[str, Entry]:
    """Entries by alias that a decision lets the target carry out, and the reference adapter does not."""
    found: dict[str, Entry] = {}
    if accepts_unheld(queue):
        found = {entry.alias: entry for entry in queue.reported}
    if first_wins(queue):
        twice = set(_duplicates(queue))
        for entry in queue.reported:
            if entry.mrid in twice:
                found.setdefault(entry.alias, entry)
    return found


def accepts_unheld(queue: CallbackQueue) -> bool:
    """Whether the target has taken results of callbacks that nobody had pulled (D-38)."""
    return queue.conversation.readings_seen.get("D-38") == UNHELD_ACCEPTED


def _are_unheld(queue: CallbackQueue) -> bool:
    """Whether the entries are about callbacks of the queue that nobody holds, all of them."""
    holders = {mrid: waiting.stored["assigned_user"] for mrid, waiting in queue.by_mrid().items()}
    return bool(queue.reported) and all(holders.get(entry.mrid or "", "?") is None for entry in queue.reported)


def _count_others(queue: CallbackQueue, rows: Sequence[Mapping[str, str]]) -> int:
    """How many of the entries are about callbacks that somebody else holds, and not the adapter."""
    holders = {mrid: waiting.stored["assigned_user"] for mrid, waiting in queue.by_mrid().items()}
    pairs = [
        (row.get("csr", ""), holders.get(entry.mrid or "")) for row, entry in zip(rows, queue.reported, strict=True)
    ]
    return sum(holder not in (None, ADAPTER, csr) for csr, holder in pairs)


def _duplicates(queue: CallbackQueue) -> list[str]:
    counts = Counter(entry.mrid for entry in queue.reported if entry.mrid)
    return [mrid for mrid, count in counts.items() if count > 1]


def _entry(queue: CallbackQueue, row: Mapping[str, str]) -> Entry:
    alias = row["callback"]
    match row.get("mRID", "its own"):
        case "its own":
            mrid: str | None = queue.callback(alias).mrid
        case "unknown":
            mrid = queue.conversation.run.fresh("NO-SUCH-CALLBACK")
        case "none":
            mrid = None
        case other:
            raise HarnessError(f"{other!r}: an mRID is 'its own', 'unknown' or 'none'")
    comment = remark(queue, alias, row.get("comment", ""))
    called = values.moment(row.get("called", ""), queue.conversation.run.clock.now())
    return Entry(alias, mrid, row.get("result", ""), comment, called)


def remark(queue: CallbackQueue, alias: str, cell: str) -> str:
    """The remark that a cell means; `x*fit` fills what is left behind the earlier one and what sets them apart."""
    fitting = FITTING.fullmatch(cell)
    if fitting is None:
        return values.text(cell, queue.conversation.comment_limit)
    earlier = str(queue.callback(alias).stored["comment"] or "")
    if earlier and queue.separator is None:
        raise HarnessError(f"{cell!r}: the scenario has not seen how two remarks are set apart")
    taken = len(earlier) + len(queue.separator or "") if earlier else 0
    return fitting["text"] * (queue.conversation.comment_limit - taken + int(fitting["more"] or 0))


def _name_entries(queue: CallbackQueue) -> None:
    """Details may name an entry by its mRID or its place (D-15)."""
    spellings: dict[str, list[str]] = {}
    for place, entry in enumerate(queue.reported, 1):
        known = spellings.setdefault(entry.alias, [entry.mrid] if entry.mrid else [])
        known += [f"#{place}", str(place)]
    for alias, names in spellings.items():
        queue.conversation.call(alias, *names)


def _content(row: Mapping[str, str], entry: Entry) -> dict[str, Any]:
    called = row.get("called", "")
    elements = {
        "mRID": entry.mrid,
        "comment": entry.comment,
        "csrId": row.get("csr", ""),
        "dateTime": values.moment_text(entry.called) if entry.called else called,
        "status": {"value": entry.result} if entry.result else None,
    }
    return {name: value for name, value in elements.items() if value}


def _check_words(queue: CallbackQueue) -> None:
    """CouldNotTest for a word that the target's list and the contract's judge differently."""
    known = queue.settings.get("callback_results")
    if known is None:
        return
    for word in {entry.result for entry in queue.reported if entry.result}:
        if (word in known) != (word in RESULT_WORDS):
            knows = "knows" if word in known else "does not know"
            raise CouldNotTest(f"the target {knows} the callback result {word!r}: the scenario takes it otherwise")


def _mrid_of(queue: CallbackQueue, alias: str) -> str:
    for entry in queue.reported:
        if entry.alias == alias and entry.mrid:
            return entry.mrid
    raise HarnessError(f"no result was reported for a callback {alias!r}")


def _alias(queue: CallbackQueue, mrid: str) -> str:
    for entry in queue.reported:
        if entry.mrid == mrid.strip():
            return entry.alias
    return f"another callback ({mrid})" if mrid.strip() else "a callback without mRID"

"""What became of a scenario's callbacks: who holds each, its result and comment; and that nothing else has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta

from crm_contract.values import parse_datetime
from crmkit.suite import values
from crmkit.suite.access.control import Json
from crmkit.suite.callbacks.queue import CallbackQueue, Waiting
from crmkit.suite.callbacks.results import FITTING, carried_out_besides, remark
from crmkit.suite.conversation import Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Aspect, Check, compared
from crmkit.suite.tables import rows_with
from crmkit.suite.tickets.stored_fields import NOT_JUDGED

# What docs/steps.md prints.
STORED_COLUMNS = (
    ("callback", "which one; those that the table lacks are as they were"),
    ("held by", "a csr, `CrmAdapter`, `who pulled it`, or empty: nobody; `*`: not judged"),
    ("result", "what was reported of it; what this leads to is not judged"),
    (
        "comment",
        "what was reported so far; a remark behind an earlier one is set apart by whatever is no word; `x*fit`: that "
        "behind the earlier one",
    ),
    ("changed by", "whose result changed it last; without the column not judged"),
    ("changed at", "`when called`: the time that the result says; without the column not judged"),
)
WHO_PULLED = "who pulled it"
WHEN_CALLED = "when called"
NOT_RESTORED = "Not Restored"
# What a callback is, whoever holds it and whatever is reported of it.
_LASTING = (
    "ticket",
    "incident",
    "usage_point",
    "priority",
    "language_id",
    "trouble_code",
    "reason",
    "periods",
    "created_at",
)
_SETTLED = (*_LASTING, "comment", "result", "closed", "closed_at")
# Whether the mark stays on a callback that was handed out or reported is the target's own affair.
_MARKED = ("automatic",)
_HELD = ("assigned_user", "assigned_at", "assignment_expires_at", "not_before", "attempts")
_MAY_BE_LONG = 60
_SAME_MOMENT = timedelta(seconds=1)


def expect_stored(queue: CallbackQueue, table: Table) -> None:
    """The scenario's callbacks are as the table says and otherwise as they were; no ticket came about."""
    rows: dict[str, Mapping[str, str]] = {row["callback"]: row for row in rows_with(table, STORED_COLUMNS)}
    for alias, entry in carried_out_besides(queue).items():
        rows[alias] = {"callback": alias, "result": entry.result}
    for alias in rows:
        queue.callback(alias)
    now = {str(each["mrid"]): each for each in queue.stored()}
    checks = []
    for waiting in queue.callbacks.values():
        stored = now.pop(waiting.mrid, None)
        if stored is None:
            checks.append(compared(Aspect.EFFECT, f"stored {waiting.alias}", "a callback", "none", False))
            continue
        checks += judge(queue, waiting, stored, rows.get(waiting.alias))
    reported = {queue.callback(alias).ticket.mrid for alias, row in rows.items() if row.get("result")}
    # Who calls again may do so by a callback of its own (D-39).
    more = [each for each in now.values() if each["ticket"] not in reported]
    told = ", ".join(f"one more about {_about(queue, each)}" for each in more) or "those of the scenario"
    checks.append(compared(Aspect.EFFECT, "stored callbacks", "those of the scenario", told, not more))
    checks.append(_ticket_check(queue, rows.values()))
    queue.conversation.judge(checks)


def expect_as_before(queue: CallbackQueue) -> None:
    """Every callback of the scenario is as it was, and no ticket came about."""
    expect_stored(queue, [["callback"]])


def judge(queue: CallbackQueue, waiting: Waiting, stored: Json, row: Mapping[str, str] | None) -> list[Check]:
    """A callback as it is stored now, against its row and against what it was."""
    before, at = waiting.stored, f"stored {waiting.alias}"
    if row is None:
        return _kept(at, before, stored, (*_SETTLED, *_HELD, *_MARKED))
    checks = []
    holder = row.get("held by")
    if holder == WHO_PULLED:
        # Where somebody else's was pulled in its place, nobody holds it: it waits.
        holder = waiting.pulled_by or (NOT_JUDGED if queue.strangers_pulled else "")
        if not holder:
            checks.append(compared(Aspect.EFFECT, f"{at}/held by", "somebody who pulled it", "nobody has", False))
    if holder not in (None, NOT_JUDGED):
        user = stored["assigned_user"] or ""
        told = (holder or "nobody", user or "nobody", user == holder)
        checks.append(compared(Aspect.EFFECT, f"{at}/held by", *told))
    if not row.get("result"):
        return checks + _kept(at, before, stored, _SETTLED)
    told = (row["result"], stored["result"] or "none", stored["result"] == row["result"])
    checks.append(compared(Aspect.EFFECT, f"{at}/result", *told))
    earlier, now = str(before["comment"] or ""), str(stored["comment"] or "")
    wanted = remark(queue, waiting.alias, row["comment"]) if "comment" in row else earlier
    if earlier and FITTING.fullmatch(row.get("comment", "")):
        wanted = f"{earlier} {wanted}"
    told = (_short(wanted), _short(now), is_comment(wanted, earlier, now))
    checks.append(compared(Aspect.EFFECT, f"{at}/comment", *told))
    checks += _last_change(queue, waiting.alias, row, stored)
    return checks + _kept(at, before, stored, _LASTING)


def _last_change(queue: CallbackQueue, alias: str, row: Mapping[str, str], stored: Json) -> list[Check]:
    """Who changed it last, and when (Table 10.18): who reported, and when the customer was called."""
    checks = []
    user = str(stored.get("last_update_user") or "")
    if row.get("changed by", NOT_JUDGED) != NOT_JUDGED:
        told = (row["changed by"], user or "nobody", row["changed by"] == user)
        checks.append(compared(Aspect.EFFECT, f"stored {alias}/last_update_user", *told))
    if row.get("changed at", NOT_JUDGED) == NOT_JUDGED:
        return checks
    called = next((entry.called for entry in queue.reported if entry.alias == alias), None)
    if row["changed at"] != WHEN_CALLED or called is None:
        raise HarnessError(f"{alias}: a callback is changed at {WHEN_CALLED!r}, where its result says so")
    when = stored.get("last_update_time")
    holds = bool(when) and abs(parse_datetime(str(when), UTC) - called) <= _SAME_MOMENT
    said = (values.moment_text(called), str(when or "none"), holds)
    return [*checks, compared(Aspect.EFFECT, f"stored {alias}/last_update_time", *said)]


def is_comment(wanted: str, earlier: str, observed: str) -> bool:
    """Whether a comment says what is wanted; between an earlier remark and a new one may stand any separator."""
    if observed == wanted:
        return True
    if not earlier or not wanted.startswith(f"{earlier} ") or not observed.startswith(earlier):
        return False
    new = wanted.removeprefix(f"{earlier} ")
    between = observed.removeprefix(earlier).removesuffix(new)
    return observed.endswith(new) and bool(re.fullmatch(r"[\W_]{1,10}", between))


def _kept(at: str, before: Json, now: Json, names: Iterable[str]) -> list[Check]:
    """Whether it is as it was in these: a check for all of them, or one for each that is not."""
    changed = [
        compared(Aspect.EFFECT, f"{at}/{name}", f"{_short(before.get(name))}, as before", _short(now.get(name)), False)
        for name in names
        if before.get(name) != now.get(name)
    ]
    return changed or [compared(Aspect.EFFECT, at, "otherwise as before", "as before", True)]


def _ticket_check(queue: CallbackQueue, rows: Iterable[Mapping[str, str]]) -> Check:
    """No ticket came about, but for customers who are still without power (D-39)."""
    conversation = queue.conversation
    if conversation.before is None:
        raise HarnessError("the scenario did not note what was stored before it")
    own = {waiting.ticket.usage_point: waiting.alias for waiting in queue.callbacks.values()}
    may_call_again = {row["callback"] for row in rows if row.get("result") == NOT_RESTORED}
    found = conversation.run.needs_control().tickets_after(conversation.before.position)
    ours = [
        ticket
        for ticket in found
        if ticket["usage_point"] in own or ticket.get("message_id") in conversation.run.seen_message_ids
    ]
    for ticket in list(ours):
        alias = own.get(ticket["usage_point"])
        if alias in may_call_again:
            may_call_again.discard(alias)
            ours.remove(ticket)
    told = ", ".join(str(ticket["name"] or ticket["mrid"]) for ticket in ours) or "none more"
    return compared(Aspect.EFFECT, "stored tickets", "none more", told, not ours)


def _about(queue: CallbackQueue, stored: Json) -> str:
    found = [each.alias for each in queue.callbacks.values() if each.ticket.mrid == stored["ticket"]]
    return found[0] if found else str(stored["ticket"])


def _short(value: object) -> str:
    text = "none" if value in (None, "") else str(value)
    return text if len(text) <= _MAY_BE_LONG else f"{text[:20]}… of {len(text)} characters"

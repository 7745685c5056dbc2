"""How a scenario's callbacks come about.

As in life: a customer under a confirmed incident asks to be called back, and the incident is restored. Whatever else
waits in the target's queue is pulled before, for a csrId of the run's own, so that a scenario is alone with its
callbacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from crmkit.suite import values
from crmkit.suite.access.control import Json
from crmkit.suite.callbacks.people import PEOPLE_COLUMNS, contacts_of, read_contact
from crmkit.suite.callbacks.queue import ADAPTER, EVERYTHING, CallbackQueue, Waiting
from crmkit.suite.callbacks.tidying import tidy
from crmkit.suite.conversation import Table
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.tables import rows_with
from crmkit.suite.tickets.written import COLUMNS as TICKET_COLUMNS

# What the shipped configuration sends by itself; the features rely on it.
SENT_PRIORITIES = frozenset({5, 6})

_OWN = (
    ("callback", "how the scenario calls it, and the ticket that it is about", "required"),
    ("priority", "the customer's, 0 to 6", "0"),
    ("held by", "who has pulled it, or `CrmAdapter` that has sent it; empty: nobody", "nobody"),
    ("automatic", "`yes`: marked by an operator to be resolved by the external system", "no"),
)
# What docs/steps.md prints.
COLUMNS = (*_OWN, ("a column of tickets", "what the ticket says, but for its usage point", "a plain ticket"))
_FROM_TICKETS = [name for name, _, _ in TICKET_COLUMNS if name not in ("ticket", "usage point", "call back")]
_KNOWN = (*((name,) for name, _, _ in _OWN), *((name,) for name in _FROM_TICKETS))
_INCIDENT = {
    "comment": "Tree on the line, crew on its way.",
    "cause": "Weather",
    "subcause": "Wind",
    "status": "Dispatched",
}


def arrange(queue: CallbackQueue, table: Table) -> None:
    """The callbacks of a table, in its order, with those who hold them."""
    rows = rows_with(table, _KNOWN)
    _check_priorities(queue, rows)
    queue.conversation.afterwards(lambda: tidy(queue))
    with queue.conversation.arranging():
        queue.empty()
        _create(queue, table, rows)
        # Those that nobody holds come about last, or they would be pulled along.
        for holder in sorted(dict.fromkeys(row.get("held by", "") for row in rows), key=lambda name: not name):
            aliases = [row["callback"] for row in rows if row.get("held by", "") == holder]
            _restore(queue, [queue.callback(alias) for alias in aliases], will_be_pulled=holder not in ("", ADAPTER))
            if holder:
                _give(queue, aliases, holder)
    automatic = [row["callback"] for row in rows if row.get("automatic") == "yes"]
    for alias in automatic:
        queue.api.mark_automatic(queue.callback(alias).mrid, True)
    if automatic:
        queue.refresh()
    queue.conversation.mark()


def add_people(queue: CallbackQueue, table: Table) -> None:
    """More people to reach, and which contacts are preferred."""
    control = queue.conversation.run.needs_control()
    for row in rows_with(table, PEOPLE_COLUMNS):
        waiting, contact = queue.callback(row["callback"]), read_contact(row)
        control.add_contact(
            str(waiting.ticket.mrid),
            {
                "first_name": contact.first,
                "last_name": contact.last,
                "type": contact.type,
                "value": contact.value,
                "preferred": contact.preferred,
            },
        )
        waiting.contacts.append(contact)
    queue.mark()


def mark_automatic(queue: CallbackQueue, table: Table, automatic: bool) -> None:
    """Callbacks that the external system is to resolve, or no longer."""
    for row in rows_with(table, (("callback",),)):
        queue.api.mark_automatic(queue.callback(row["callback"]).mrid, automatic)
    queue.mark()


def _check_priorities(queue: CallbackQueue, rows: Iterable[Mapping[str, str]]) -> None:
    """The features mean 6 and 5 to be sent to the external system, and the others not."""
    publisher = queue.settings.get("publisher") or {}
    sent = {int(priority) for priority in publisher.get("priorities", SENT_PRIORITIES)}
    for row in rows:
        priority = _priority(row)
        if (priority in sent) != (priority in SENT_PRIORITIES):
            does = "sends" if priority in sent else "does not send"
            raise CouldNotTest(f"the target {does} callbacks of priority {priority}: the scenario takes it otherwise")


def _create(queue: CallbackQueue, table: Table, rows: Sequence[Mapping[str, str]]) -> None:
    """The tickets, each under a confirmed incident of its own."""
    conversation = queue.conversation
    queue.begin()
    pool = conversation.run.fixture_points or conversation.run.usage_points
    points = [pool.take_with_priority(_priority(row)) for row in rows]
    for row, point in zip(rows, points, strict=True):
        conversation.place(row["callback"], point)
    control = conversation.run.needs_control()
    made = control.create_incidents([_incident(queue, point.mrid) for point in points])
    incidents = {row["callback"]: incident for row, incident in zip(rows, made, strict=True)}
    for incident in made:
        queue.incidents.append(str(incident["mrid"]))
        queue.unrestored.append(str(incident["mrid"]))
    for ticket in conversation.create_earlier(_tickets(table, rows)):
        if ticket.mrid is None:
            raise CouldNotTest(f"the target does not tell the mRID of ticket {ticket.name}")
        contacts = contacts_of(ticket.caller)
        queue.callbacks[ticket.alias] = Waiting(ticket.alias, ticket, incidents[ticket.alias], contacts)


def _incident(queue: CallbackQueue, device: str) -> Json:
    run = queue.conversation.run
    return {
        "device": device,
        "confirmed": True,
        "estimated_restoration_time": values.moment_text(run.clock.now() + timedelta(hours=3)),
        "crews": [{"mrid": run.fresh("CREW"), "name": "Crew South"}],
        **_INCIDENT,
    }


def _restore(queue: CallbackQueue, waiting: Sequence[Waiting], will_be_pulled: bool) -> None:
    """The customers have power again, one after the other, and are to be told.

    A person need not look at callbacks that a pull will tell of.
    """
    mrids = [str(each.incident["mrid"]) for each in waiting]
    for each, mrid, restored in zip(waiting, mrids, queue.api.restore_all(mrids), strict=True):
        each.incident = restored
        queue.unrestored.remove(mrid)
    if will_be_pulled and queue.is_by_hand:
        return
    if not queue.until(lambda: all(each.stored for each in waiting)):
        missing = ", ".join(each.alias for each in waiting if not each.stored)
        queue.not_arranged(f"callbacks {missing}", "one for each restored incident", "none")


def _give(queue: CallbackQueue, aliases: Sequence[str], holder: str) -> None:
    if holder == ADAPTER:
        for alias in aliases:
            queue.api.mark_automatic(queue.callback(alias).mrid, True)
        queue.publish()
    else:
        queue.pull(holder, {"count": EVERYTHING})
    if not queue.until_held(aliases, holder):
        seen = {alias: queue.callback(alias).stored.get("assigned_user") or "nobody" for alias in aliases}
        told = ", ".join(f"{alias} by {user}" for alias, user in seen.items())
        queue.not_arranged("callbacks", f"{', '.join(aliases)} held by {holder}", told)


def _tickets(table: Table, rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """The callbacks' tickets as a table of tickets; each asks for a callback."""
    columns = [name for name in table[0] if name in _FROM_TICKETS]
    header = ["ticket", "usage point", "call back", *columns]
    return [header, *([row["callback"], row["callback"], "yes", *(row[name] for name in columns)] for row in rows)]


def _priority(row: Mapping[str, str]) -> int:
    return int(row.get("priority") or 0)

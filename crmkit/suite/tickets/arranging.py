"""The steps that arrange something on the far side, and undo it when the scenario is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from crmkit.suite import values
from crmkit.suite.access.control import Control, Json
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.access.usage_points import UsagePoint
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.replies.reading import parse, read_reply
from crmkit.suite.tables import only_row
from crmkit.suite.tickets.written import COLUMNS, rows_of

# How long the target waits for a slow IMS: others must be served within it.
IMS_INTERVAL_SECONDS = 0.6
_INBOX_SECONDS = 10.0
_GETS_THERE_SECONDS = 0.3
_POLL_SECONDS = 0.02
_AN_INCIDENT = (
    ("comment", "cause", "subcause", "crew", "estimated restoration", "status"),
    ("Pole replaced", "Vehicle", "Collision", "Crew North", "+2h", "Dispatched"),
)
_INCIDENT_COLUMNS = ("comment", "cause", "subcause", "crew", "estimated restoration", "status")
# Rows that list all tickets of an incident: it is to have none before.
_LISTING_INCIDENTS = frozenset({"6.1-03", "6.1-09", "6.1-12", "6.1-13"})
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}definitions"


def confirm_incident(conversation: Conversation, alias: str, table: Table) -> None:
    """A confirmed incident on the transformer of a usage point, restored afterwards."""
    control = conversation.run.needs_control()
    _place_under_known(conversation, alias)
    incident = _create_incident(conversation, alias, table)
    conversation.afterwards(lambda: _restore_unless_archived(control, incident["mrid"]))
    conversation.incidents[alias] = incident
    conversation.mark()


def _place_under_known(conversation: Conversation, alias: str) -> None:
    """On a usage point of an incident that is known already, where nobody can open another one."""
    known = conversation.run.needs_control().known_incidents()
    if conversation.row in _LISTING_INCIDENTS:
        known = [each for each in reversed(known) if not each["tickets"]]
    if known and not conversation.places.knows(alias):
        point = str(known[0]["usage_point"])
        conversation.place(alias, UsagePoint(point, point))


def archive_incident(conversation: Conversation, alias: str) -> None:
    """An incident that the scenario has confirmed goes into the archive, with the tickets that came under it."""
    control, mrid = conversation.run.needs_control(), str(conversation.incident(alias)["mrid"])
    joined = {each["mrid"] for each in conversation.stored() if each["incident"] == mrid}
    if left := [ticket.alias for ticket in conversation.earlier.values() if ticket.mrid not in joined]:
        raise CouldNotTest(f"tickets under a confirmed incident do not belong to it: {', '.join(left)}")
    _archive(control, mrid)
    conversation.mark()


def _restore_unless_archived(control: Control, mrid: str) -> None:
    if not control.incident(mrid).get("archived"):
        control.restore_incident(mrid)


def archive_tickets(conversation: Conversation, incident_alias: str, table: Table) -> None:
    """Tickets that came under a confirmed incident, went with it through restoration, and are in the archive."""
    control = conversation.run.needs_control()
    rows = rows_of(table, frozenset(name for name, _, _ in COLUMNS))
    points = {row.get("usage point", "") for row in rows}
    if len(points) != 1 or not (point := points.pop()):
        raise HarnessError("tickets of one incident are on one usage point, which the table names")
    conversation.places.known(point, wants_none="active")
    incident = _create_incident(conversation, point, _AN_INCIDENT)
    mrid = incident["mrid"]
    undo = _Undo(lambda: control.restore_incident(mrid))
    conversation.afterwards(undo)
    created = conversation.create_earlier(table)
    joined = {each["mrid"] for each in conversation.stored() if each["incident"] == mrid}
    if left := [ticket.alias for ticket in created if ticket.mrid not in joined]:
        raise CouldNotTest(f"tickets under a confirmed incident do not belong to it: {', '.join(left)}")
    _archive(control, mrid)
    undo.is_needed = False
    conversation.incidents[incident_alias] = incident
    conversation.mark()


def archive_empty_incident(conversation: Conversation, incident_alias: str) -> None:
    """An incident without tickets in the archive."""
    control = conversation.run.needs_control()
    incident = _create_incident(conversation, incident_alias, _AN_INCIDENT)
    undo = _Undo(lambda: control.restore_incident(incident["mrid"]))
    conversation.afterwards(undo)
    _archive(control, incident["mrid"])
    undo.is_needed = False
    conversation.incidents[incident_alias] = incident
    conversation.mark()


class _Undo:
    """Something to be undone unless the scenario has got beyond it."""

    def __init__(self, undo: Callable[[], object]) -> None:
        self._undo = undo
        self.is_needed = True

    def __call__(self) -> None:
        if self.is_needed:
            self._undo()


def _archive(control: Control, mrid: str) -> None:
    """Restore, close and archive an incident; one without callbacks may close by itself."""
    restored = control.restore_incident(mrid)
    if not (restored if "closed" in restored else control.incident(mrid)).get("closed"):
        control.close_incident(mrid)
    control.archive_incident(mrid)


def _create_incident(conversation: Conversation, alias: str, table: Table) -> Json:
    control = conversation.run.needs_control()
    told = only_row(table, _INCIDENT_COLUMNS)
    restoration = values.moment(told["estimated restoration"], conversation.now)
    if restoration is None:
        raise HarnessError(f"{told['estimated restoration']!r} is no time")
    crew = conversation.run.fresh("CREW")
    return control.create_incident(
        {
            "device": conversation.known_point(alias).transformer,
            "confirmed": True,
            "status": told.get("status", "New"),
            "comment": told["comment"],
            "cause": told["cause"],
            "subcause": told["subcause"],
            "crews": [{"mrid": crew, "name": told["crew"]}],
            "estimated_restoration_time": values.moment_text(restoration),
        }
    )


def take_landbase_down(conversation: Conversation) -> None:
    """No connection to the landbase; it recovers afterwards. What the scenario wants of it is fetched before."""
    control, landbase = conversation.run.needs_control(), conversation.run.landbase_control
    conversation.run.landmarks.prepare()

    # Nothing is asked of the landbase in between.
    control.drop_caches()
    before = landbase.go_down()

    def recover() -> None:
        landbase.behave(before)
        control.drop_caches()

    conversation.afterwards(recover)


def slow_the_ims_down(conversation: Conversation) -> None:
    """The IMS confirms nothing until it is released."""
    control = conversation.run.needs_control()
    conversation.afterwards(control.release_ims)
    control.slow_ims(IMS_INTERVAL_SECONDS)
    conversation.sends_in_background = True


def fail_next_message(conversation: Conversation) -> None:
    """The next message fails inside the target."""
    control = conversation.run.needs_control()
    conversation.afterwards(control.clear_internal_error)
    control.fail_next_message()


def release_ims(conversation: Conversation) -> None:
    """The IMS works again."""
    conversation.run.needs_control().release_ims()


def expect_others_served(conversation: Conversation) -> None:
    """While the message waits for the IMS, the WSDL and another message are answered. Mismatch when they wait too."""
    control = conversation.run.needs_control()
    # Only a control API tells when the message has reached the IMS.
    deadline = time.monotonic() + (_GETS_THERE_SECONDS if control.is_by_hand else _INBOX_SECONDS)
    stuck = conversation.before.pending if conversation.before else 0
    while conversation.is_waiting() and control.store().pending <= stuck and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    target, operation = conversation.run.target, conversation.operation
    # It stores nothing, whatever becomes of it: no tickets, and the verb of another operation.
    wrong = conversation.make_header(operation, Otherwise(verb="get"))
    another_message = conversation.prepare(operation, wrong, {})
    with ThreadPoolExecutor(2) as threads:
        asking = threads.submit(target.get, f"{target.service_url(operation.service)}?wsdl")
        sending = threads.submit(another_message.send)
    wsdl, another, waiting = asking.result(), sending.result(), conversation.answered()
    for other in (wsdl, another):
        _expect_not_held_up(other, waiting)
    document = wsdl.answered()
    if document.status != 200 or parse(document.body).tag != _WSDL:
        raise Mismatch.of("GET ?wsdl meanwhile", "a WSDL", f"HTTP {document.status}")
    read_reply(another, operation, target.contract)


def _expect_not_held_up(other: Exchange, waiting: Exchange) -> None:
    """It was answered while the other one waited, or at least quickly: the suite may have been slow to ask."""
    held_up = other.finished > waiting.finished and other.finished - other.started > IMS_INTERVAL_SECONDS / 2
    if other.answer is None or held_up:
        seen = other.problem or f"answered after {other.finished - other.started:.1f} s, behind the waiting message"
        raise Mismatch.of(f"{other.method} {other.url} meanwhile", "an answer without waiting", seen)

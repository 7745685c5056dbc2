"""Tables 10.17 and 10.20 print the same lines: a callback as it is pulled, and as it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from storm_messages import Message
from storm_parts import Handed
from storm_run import Storm
from storm_store import by_code

from crm_contract.mappings import MappingLine

NEVER_FILLED = ("advice", "contactDetail", "name", "problemInfo")
HANDED_OUT = (
    "mRID",
    "comment",
    "csrId",
    "dateTime",
    "Reason",
    "IncidentRecord",
    "TroubleTickets.CustomerData",
    "TroubleTickets.languageId",
    "TroubleTickets.troubleCode",
    "TroubleTickets.UsagePoint.mRID",
)


def check_handed_out(it: Storm, line: MappingLine, both: Sequence[Handed], told: Mapping[str, tuple[str, str]]) -> None:
    """A pole's and a flood's callback: what the line's columns hold is what the message shows, and what was said."""
    for each, number in zip(both, (0, 1), strict=True):
        said = told[line.property][number] if line.property in told else _of_the_storm(it, line, each, number)
        shown = each.message.carried(line, each.entry)
        if line.property == "IncidentRecord":
            assert [record["mRID"] for record in shown] == [said] == [each.callback(it)["incident"]]
        elif line.property == "TroubleTickets.CustomerData":
            (contacts,) = by_code(it.ticket(each.name, "changed"), "ticket", line.model_codes)
            assert {contact["last_name"] for contact in contacts} == {said}
            assert [customer["lastName"] for customer in shown] == [said]
        else:
            assert shown == [said]
            assert [str(cell) for cell in stored(it, line, each)] == [said]


def stored(it: Storm, line: MappingLine, each: Handed) -> list[object]:
    """The line's column in the queue; a trouble code is the ticket's."""
    if line.property == "TroubleTickets.troubleCode":
        return by_code(it.ticket(each.name, "changed"), "ticket", line.model_codes)
    return by_code(each.callback(it), "callback", line.model_codes)


def _of_the_storm(it: Storm, line: MappingLine, each: Handed, number: int) -> str:
    said: str = {
        "mRID": it.callback(each.name, "restored")["mrid"],
        "Reason": "PowerRestored",
        "IncidentRecord": it.incidents[("pole", "flood")[number]],
    }[line.property]
    return said


def check_never_filled(line: MappingLine, *messages: Message) -> None:
    """The line names no place in the store, and nothing ever stands there."""
    assert not line.is_stored()
    assert line.populated_by is None
    for message in messages:
        assert len(message.entries()) >= 2
        assert [message.carried(line, entry) for entry in message.entries()] == [[]] * len(message.entries())

"""Tables of tickets, and the message content they become."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crmkit.suite.access.search_types import Landmark
from crmkit.suite.errors import HarnessError
from crmkit.suite.tickets.written import PLAIN_CSR, PLAIN_TROUBLE_CODE, read_tickets


class Town:
    """What tables may refer to."""

    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    comment_limit = 20

    def external_name(self, alias: str) -> str:
        return f"name-{alias}"

    def usage_point(self, alias: str) -> str:
        return f"UP-{alias}"

    def plain_usage_point(self) -> str | None:
        return "UP-plain"

    def unknown_usage_point(self) -> str:
        return "UP-none"

    def landmark(self, kind: str) -> Landmark:
        return Landmark(kind, (("PoleID", "P-1"),), -97.0, 30.0)

    def missing_value(self) -> str:
        return "no-such"

    def elsewhere(self) -> tuple[str, str]:
        return "82.0", "-31.0"


def content(header: str, row: str) -> dict[str, object]:
    table = [[cell.strip() for cell in line.split("|")] for line in (header, row)]
    (ticket,) = read_tickets(table, Town())
    return ticket.content()


def test_a_plain_ticket() -> None:
    assert content("ticket", "first") == {
        "csrId": PLAIN_CSR,
        "name": "name-first",
        "troubleCode": PLAIN_TROUBLE_CODE,
        "UsagePoint": {"mRID": "UP-plain"},
    }


@pytest.mark.parametrize(
    ("column", "cell", "element", "expected"),
    [
        ("usage point", "home", "UsagePoint", {"mRID": "UP-home"}),
        ("usage point", "unknown", "UsagePoint", {"mRID": "UP-none"}),
        ("usage point", "blank", "UsagePoint", {"mRID": " "}),
        ("usage point", "", "UsagePoint", None),
        ("trouble code", "Other", "troubleCode", "Other"),
        ("trouble code", "", "troubleCode", None),
        ("hazards", "Fire, Gas Leak", "IncidentHazard", [{"mRID": "Fire"}, {"mRID": "Gas Leak"}]),
        ("hazards", "", "IncidentHazard", None),
        ("comment", "x*limit+1", "comment", "x" * 21),
        ("comment", "", "comment", None),
        ("source", "IVR", "source", "IVR"),
        ("language", "21514", "languageId", "21514"),
        ("language", "English", "languageId", "English"),
        ("created", "-2h", "createdDateTime", "2026-05-01T10:00:00Z"),
        ("created", "yesterday", "createdDateTime", "yesterday"),
        ("first call", "+1m", "firstCallDateTime", "2026-05-01T12:01:00Z"),
        ("csr", "", "csrId", None),
        ("call back", "yes", "callBack", "true"),
        ("call back", "no", "callBack", "false"),
        ("call back", "perhaps", "callBack", "perhaps"),
        ("call back", "", "callBack", None),
        ("media", "SMS, Email", "CallBacks", [{"contactDetail": m, "Periods": []} for m in ("SMS", "Email")]),
        (
            "periods",
            "+1h/+2h, -1h/",
            "CallBacks",
            [
                {
                    "Periods": [
                        {"end": "2026-05-01T14:00:00Z", "start": "2026-05-01T13:00:00Z"},
                        {"start": "2026-05-01T11:00:00Z"},
                    ]
                }
            ],
        ),
        ("periods", "/", "CallBacks", [{"Periods": [{}]}]),
        ("location", "known Pole", "Location", [{"description": "PoleID", "name": "P-1", "type": "Pole"}]),
        (
            "location",
            "missing StreetIntersection",
            "Location",
            [
                {"description": "PrimaryStreet", "name": "no-such", "type": "StreetIntersection"},
                {"description": "SecondaryStreet", "name": "no-such", "type": "StreetIntersection"},
            ],
        ),
        ("location", "Pole Hue=red", "Location", [{"description": "Hue", "name": "red", "type": "Pole"}]),
        ("position", "1.5,-2", "Location", [{"PositionPoint": {"xPosition": "1.5", "yPosition": "-2"}}]),
        ("position", "1.5,", "Location", [{"PositionPoint": {"xPosition": "1.5"}}]),
        ("position", "elsewhere", "Location", [{"PositionPoint": {"xPosition": "82.0", "yPosition": "-31.0"}}]),
        (
            "caller",
            "Ada King Lovelace; email a@b.c; mobile +1 2",
            "CustomerData",
            {
                "firstName": "Ada",
                "lastName": "Lovelace",
                "mName": "King",
                "electronicAddress": {"email1": "a@b.c"},
                "mobilePhone": {"localNumber": "+1 2"},
            },
        ),
        ("caller", "Ada Lovelace", "CustomerData", {"firstName": "Ada", "lastName": "Lovelace"}),
    ],
)
def test_what_a_cell_becomes(column: str, cell: str, element: str, expected: object) -> None:
    assert content(f"ticket|{column}", f"first|{cell}").get(element) == expected


def test_location_and_position_share_an_element() -> None:
    assert content("ticket|location|position", "first|known Pole|1,2")["Location"] == [
        {
            "description": "PoleID",
            "name": "P-1",
            "type": "Pole",
            "PositionPoint": {"xPosition": "1", "yPosition": "2"},
        }
    ]


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("ticket|colour", "first|red", "no column 'colour'"),
        ("comment", "hello", "needs the column 'ticket'"),
        ("ticket|location", "first|known Tower", "no search type 'Tower'"),
        ("ticket|location", "first|Pole", "is no location"),
        ("ticket|location", "first|Pole P-1", "is no location"),
        ("ticket|position", "first|here", "is no position"),
        ("ticket|caller", "first|Ada", "is no caller"),
        ("ticket|caller", "first|Ada Lovelace; fax 1", "is no caller"),
        ("ticket|periods", "first|+1h", "is no period"),
    ],
)
def test_a_table_that_cannot_be_read_is_the_features_fault(header: str, row: str, says: str) -> None:
    with pytest.raises(HarnessError, match=says):
        content(header, row)


def test_a_ticket_stands_once_in_a_table() -> None:
    with pytest.raises(HarnessError, match="stands twice"):
        read_tickets([["ticket"], ["first"], ["first"]], Town())

"""Tables of criteria, and the query they become."""

from __future__ import annotations

from typing import Any

import pytest
from suite_conversations import CONTRACT, Told, earlier, told

from crmkit.suite.errors import HarnessError
from crmkit.suite.otherwise import AS_USUAL, Otherwise
from crmkit.suite.tickets.querying import send_query


class Asking(Told):
    """Keeps what would be sent; its usage points are called `UP-ALIAS`."""

    entries: list[dict[str, Any]]
    said: Otherwise

    def send_message(self, operation: Any, inside: Any, otherwise: Otherwise = AS_USUAL) -> None:
        assert operation is CONTRACT.operations["GetTroubleTickets"]
        self.entries, self.said = inside["TroubleTicket"], otherwise

    def usage_point(self, alias: str) -> str:
        return f"UP-{alias}"


@pytest.fixture
def conversation() -> Asking:
    plain, _ = told("6.1-01", "GetTroubleTickets")
    conversation = Asking(plain.run, plain.row, plain.operation)
    earlier(conversation, "alpha")
    conversation.incidents["storm"] = {"mrid": "i-storm"}
    return conversation


def asked(conversation: Asking, *lines: str, otherwise: Otherwise = AS_USUAL) -> list[dict[str, Any]]:
    send_query(conversation, [[cell.strip() for cell in line.split("|")] for line in lines], otherwise)
    return conversation.entries


def test_each_kind_of_criterion(conversation: Asking) -> None:
    assert asked(
        conversation,
        "ticket mRID | ticket name | incident | usage point",
        "alpha | | |",
        " | alpha | |",
        " | | storm |",
        " | | | home",
        "alpha | | | home",
        " | | |",
    ) == [
        {"mRID": "m-alpha"},
        {"name": "n-alpha"},
        {"IncidentRecord": {"mRID": "i-storm"}},
        {"UsagePoint": {"mRID": "UP-home"}},
        {"mRID": "m-alpha", "UsagePoint": {"mRID": "UP-home"}},
        {},
    ]
    assert not conversation.asks_for_unknown_usage_point


def test_no_entries(conversation: Asking) -> None:
    assert asked(conversation, "ticket mRID") == []


def test_unknown_values_are_made_up_and_known_by_their_alias(conversation: Asking) -> None:
    one, other = asked(conversation, "ticket mRID", "unknown ghost", "unknown shade")
    assert conversation.spellings("ghost") == (one["mRID"],)
    assert one != other
    assert not conversation.asks_for_unknown_usage_point
    asked(conversation, "usage point", "unknown nowhere")
    assert conversation.asks_for_unknown_usage_point


@pytest.mark.parametrize(
    ("how", "context"), [("", "active"), ('in context "all"', "all"), ('with the verb "x"', "active")]
)
def test_the_context(conversation: Asking, how: str, context: str) -> None:
    asked(conversation, "ticket mRID", "alpha", otherwise=Otherwise.of(how))
    assert conversation.said.context == context


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("ticket", "alpha", "no column 'ticket'"),
        ("ticket mRID", "ghost", "no ticket 'ghost'"),
        ("incident", "flood", "no incident 'flood'"),
    ],
)
def test_tables_that_are_none(conversation: Asking, header: str, row: str, says: str) -> None:
    with pytest.raises(HarnessError, match=says):
        asked(conversation, header, row)

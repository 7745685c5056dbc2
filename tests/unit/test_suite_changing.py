"""Tables of changes, and the message content they become."""

from __future__ import annotations

from typing import Any

import pytest
from suite_conversations import CONTRACT, Told, earlier, told

from crmkit.suite.errors import HarnessError
from crmkit.suite.otherwise import AS_USUAL, Otherwise
from crmkit.suite.tickets.changing import send_changes
from crmkit.suite.tickets.written import PLAIN_CSR


class Writing(Told):
    """Keeps what would be sent."""

    content: list[dict[str, Any]]

    def send_message(self, operation: Any, inside: Any, otherwise: Otherwise = AS_USUAL) -> None:
        assert operation is CONTRACT.operations["ChangedTroubleTickets"]
        self.content = inside["TroubleTicket"]


@pytest.fixture
def conversation() -> Writing:
    plain, _ = told("5.2-01", "ChangedTroubleTickets")
    conversation = Writing(plain.run, plain.row, plain.operation)
    conversation.run.comment_separator = "--"
    earlier(conversation, "alpha", comment="Dark.")
    earlier(conversation, "beta")
    return conversation


def sent(conversation: Writing, header: str, *rows: str) -> list[dict[str, Any]]:
    send_changes(conversation, [[cell.strip() for cell in line.split("|")] for line in (header, *rows)])
    return conversation.content


def test_a_plain_entry(conversation: Writing) -> None:
    assert sent(conversation, "ticket", "alpha") == [
        {"mRID": "m-alpha", "comment": "Called again.", "csrId": PLAIN_CSR}
    ]


@pytest.mark.parametrize(
    ("by", "named"),
    [
        ("mRID", {"mRID": "m-alpha"}),
        ("name", {"name": "n-alpha"}),
        ("mRID, name", {"mRID": "m-alpha", "name": "n-alpha"}),
        ("mRID, name of beta", {"mRID": "m-alpha", "name": "n-beta"}),
        ("mRID of beta", {"mRID": "m-beta"}),
        ("", {}),
    ],
)
def test_what_names_the_ticket(conversation: Writing, by: str, named: dict[str, str]) -> None:
    (entry,) = sent(conversation, "ticket | by", f"alpha | {by}")
    assert {key: entry[key] for key in ("mRID", "name") if key in entry} == named


def test_unknown_ones_are_made_up(conversation: Writing) -> None:
    first, second, third = sent(
        conversation,
        "ticket | by",
        "ghost | unknown mRID",
        "ghost | unknown name",
        "ghost | unknown mRID, name of alpha",
    )
    assert len({first["mRID"], third["mRID"], "m-alpha"}) == 3
    assert second["name"] not in ("n-alpha", "n-beta")
    assert third["name"] == "n-alpha"
    assert conversation.spellings("ghost")[:2] == (first["mRID"], third["mRID"])
    assert {"#1", "1", "#2", "#3", "n-alpha", second["name"]} <= set(conversation.spellings("ghost"))


def test_a_known_ticket_may_be_called_by_either_name_whatever_was_sent(conversation: Writing) -> None:
    sent(conversation, "ticket | by", "beta | mRID", "alpha | name")
    assert conversation.spellings("alpha") == ("n-alpha", "m-alpha", "#2", "2")


@pytest.mark.parametrize(
    ("alias", "cell", "expected"),
    [
        ("alpha", "x*fit", "x" * 43),
        ("alpha", "x*fit+1", "x" * 44),
        ("beta", "x*fit", "x" * 50),
        ("beta", "x*limit+1", "x" * 51),
        ("alpha", "", None),
    ],
)
def test_comments_that_just_fit(conversation: Writing, alias: str, cell: str, expected: str | None) -> None:
    (entry,) = sent(conversation, "ticket | comment", f"{alias} | {cell}")
    assert entry.get("comment") == expected


def test_the_rest_of_an_entry(conversation: Writing) -> None:
    (entry,) = sent(
        conversation, "ticket | csr | created | caller", "alpha | | yesterday | Ada Lovelace; email ada@example.org"
    )
    assert entry["createdDateTime"] == "yesterday"
    assert "csrId" not in entry
    assert entry["CustomerData"] == {
        "firstName": "Ada",
        "lastName": "Lovelace",
        "electronicAddress": {"email1": "ada@example.org"},
    }


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("ticket | by", "alpha | number", "names no ticket"),
        ("ticket | by", "ghost | mRID", "no ticket 'ghost' was sent"),
        ("ticket | colour", "alpha | red", "no column 'colour'"),
        ("comment", "Dark.", "needs the column 'ticket'"),
    ],
)
def test_tables_that_are_none(conversation: Writing, header: str, row: str, says: str) -> None:
    with pytest.raises(HarnessError, match=says):
        sent(conversation, header, row)

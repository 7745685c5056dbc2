"""Tickets as a stand-in for a control API sees them: what replies show, and what is asked of a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crm_contract.messages import CustomerData, Location, PositionPoint, TroubleTicket, UsagePoint
from crmkit.byhand.questions import REQUIRED
from crmkit.byhand.shown_tickets import HIDDEN, look_at, read_look, seen, worth_asking
from crmkit.suite.access.seen import Unseen, quietly
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.tickets.written import Caller, Ticket
from crmkit.suite.values import Period

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def sent(**fields: Any) -> Ticket:
    return Ticket("first", 1, "CT-1-first", frozenset(), mrid="TT-1", **fields)


def carried(**fields: Any) -> TroubleTicket:
    return TroubleTicket(mrid="TT-1", name="CT-1-first", trouble_code="Other", **fields)


def ask(name: str) -> str:
    return f"asked for {name}"


def test_what_a_reply_shows_is_asked_of_nobody() -> None:
    point = UsagePoint("UP-1")
    shown = seen(sent(usage_point="UP-1", in_model=True), carried(usage_point=point, comment="Dark."), ask, False)
    assert (shown["mrid"], shown["name"], shown["trouble_code"]) == ("TT-1", "CT-1-first", "Other")
    assert (shown["comment"], shown["usage_point"], shown["located_by"]) == ("Dark.", "UP-1", "usage-point")
    assert shown["contacts"] == []


def test_what_no_reply_shows_is_asked_for() -> None:
    shown = seen(sent(), carried(), ask, False)
    assert shown["callback_periods"] == "asked for callback_periods"
    assert shown.get("callback_periods") is None


def test_without_asking_it_stays_unseen() -> None:
    shown = quietly(seen(sent(), carried(), ask, False))
    with pytest.raises(Unseen, match="callback_media"):
        shown["callback_media"]
    assert shown["comment"] is None


def test_nothing_that_could_locate_it_leaves_it_unlocated() -> None:
    shown = seen(sent(), carried(), ask, False)
    assert (shown["located_by"], shown["position"]) == (None, None)


def test_how_coordinates_located_it_is_asked_for() -> None:
    position = PositionPoint("-97.7", "30.2")
    shown = seen(sent(position=("-97.7", "30.2")), carried(locations=[Location(position_point=position)]), ask, False)
    assert shown["located_by"] == "asked for located_by"
    assert shown["position"] == "asked for position"


def test_contacts_are_what_the_reply_shows_unless_it_shows_only_some() -> None:
    ada = Caller("Ada", None, "Lovelace", {})
    data = CustomerData(first_name="Ada", last_name="Lovelace")
    assert seen(sent(caller=ada), carried(customer_data=data), ask, False)["contacts"] == []
    assert seen(sent(caller=ada), carried(customer_data=data), ask, True)["contacts"] == "asked for contacts"


def test_a_middle_name_that_is_not_shown_is_asked_for() -> None:
    ada = Caller("Ada", "King", "Lovelace", {})
    data = CustomerData(first_name="Ada", last_name="Lovelace")
    assert seen(sent(caller=ada), carried(customer_data=data), ask, False)["contacts"] == "asked for contacts"


def test_a_look_asks_along_what_will_be_asked_next() -> None:
    asked = worth_asking(sent(media=["SMS"], periods=[Period(NOON, NOON)]), "callback_media")
    assert asked == ["callback_media", "callback_periods"]
    assert worth_asking(sent(), "last_update_user") == ["last_update_user"]


def test_a_look_names_the_ticket_and_shows_what_was_sent_without_taking_it() -> None:
    periods = [Period(NOON, None), Period(None, None)]
    item = look_at(sent(media=["SMS"], periods=periods), ["callback_media", "callback_periods"])
    assert (item.kind, item.name) == ("look", "ticket")
    assert item.values == {"mrid": "TT-1", "name": "CT-1-first"}
    assert item.answer == {"callback_media": REQUIRED, "callback_periods": REQUIRED}
    assert item.known == {"callback_media": ["SMS"], "callback_periods": ["2026-05-01T12:00:00Z/"]}


def test_every_field_of_a_look_must_be_given() -> None:
    assert set(look_at(sent(media=["SMS"]), HIDDEN).answer.values()) == {REQUIRED}


def test_an_answer_is_read_into_what_a_control_api_would_say() -> None:
    answer = {
        "callback_media": ["SMS"],
        "callback_periods": ["2026-05-01T12:00:00Z/2026-05-01T13:00:00Z"],
        "located_by": "usage point",
        "position": "3114226.21 10070436.13",
        "location": ["Address HouseNumber=12", "Address StreetName=Oak Street"],
        "contacts": ["Ada King Lovelace: email ada@example.org", "Ada Lovelace: mobile +1 512 555 0102"],
        "last_update_user": "",
    }
    assert read_look(answer) == {
        "callback_media": ["SMS"],
        "callback_periods": [{"start": "2026-05-01T12:00:00Z", "end": "2026-05-01T13:00:00Z"}],
        "located_by": "usage-point",
        "position": {"x": 3114226.21, "y": 10070436.13},
        "location": [
            {"type": "Address", "description": "HouseNumber", "name": "12"},
            {"type": "Address", "description": "StreetName", "name": "Oak Street"},
        ],
        "contacts": [
            {
                "first_name": "Ada",
                "middle_name": "King",
                "last_name": "Lovelace",
                "type": "email",
                "value": "ada@example.org",
                "preferred": False,
            },
            {
                "first_name": "Ada",
                "middle_name": None,
                "last_name": "Lovelace",
                "type": "mobile",
                "value": "+1 512 555 0102",
                "preferred": False,
            },
        ],
        "last_update_user": None,
    }


@pytest.mark.parametrize(
    "answer",
    [{"located_by": "by luck"}, {"position": "somewhere"}, {"callback_periods": ["noon"]}],
)
def test_an_answer_that_cannot_be_read_is_no_observation(answer: dict[str, Any]) -> None:
    with pytest.raises(CouldNotTest, match="cannot be read") as caught:
        read_look(answer)
    assert "{" not in str(caught.value)

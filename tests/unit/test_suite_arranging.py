"""An incident that a scenario has confirmed, and what becomes of it in the end."""

from __future__ import annotations

from typing import Any

import pytest
from suite_conversations import CONTRACT, StoreControl, Told, earlier, stored

from crmkit.suite.access.target import Target
from crmkit.suite.access.usage_points import UsagePoint
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.run import Run
from crmkit.suite.tickets.arranging import archive_incident, confirm_incident

STORM = [
    ["comment", "cause", "subcause", "crew", "estimated restoration"],
    ["Storm.", "Weather", "Wind", "South", "+2h"],
]


class IncidentControl(StoreControl):
    """A control API with one incident, which knows its own life cycle."""

    def __init__(self) -> None:
        super().__init__()
        self.state: dict[str, Any] = {"mrid": "i-home", "closed": False, "archived": False}
        self.acts: list[str] = []

    def create_incident(self, incident: dict[str, Any]) -> dict[str, Any]:
        return self.state

    def incident(self, mrid: str) -> dict[str, Any]:
        return self.state

    def restore_incident(self, mrid: str) -> dict[str, Any]:
        self.acts.append("restore")
        return self.state

    def close_incident(self, mrid: str) -> None:
        self.acts.append("close")

    def archive_incident(self, mrid: str) -> None:
        self.acts.append("archive")
        self.state["archived"] = True


@pytest.fixture
def control() -> IncidentControl:
    return IncidentControl()


@pytest.fixture
def conversation(control: IncidentControl) -> Told:
    run = Run(Target("http://localhost:9", CONTRACT), control)
    made = Told(run, "6.1-14", CONTRACT.operations["GetTroubleTickets"])
    made.place("home", UsagePoint("UP-1", "TR-1"))
    confirm_incident(made, "home", STORM)
    earlier(made, "alpha")
    return made


def test_a_confirmed_incident_is_restored_in_the_end(conversation: Told, control: IncidentControl) -> None:
    conversation.clean_up()
    assert control.acts == ["restore"]


def test_not_when_it_has_gone_to_the_archive(conversation: Told, control: IncidentControl) -> None:
    control.tickets = [stored(1, "alpha", incident="i-home")]
    archive_incident(conversation, "home")
    conversation.clean_up()
    assert control.acts == ["restore", "close", "archive"]


def test_a_ticket_that_did_not_come_under_it_shows_nothing(conversation: Told, control: IncidentControl) -> None:
    control.tickets = [stored(1, "alpha", incident="i-other")]
    with pytest.raises(CouldNotTest, match="do not belong to it: alpha"):
        archive_incident(conversation, "home")
    assert control.acts == []

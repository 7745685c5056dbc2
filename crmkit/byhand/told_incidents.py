"""Incidents that a person confirms, restores and archives, or that the profile names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from crmkit.byhand.agenda import CONTROL, Agenda
from crmkit.byhand.questions import REQUIRED, Answer, Item
from crmkit.byhand.shapes import MOMENT, NAME
from crmkit.profile.model import IncidentFixture
from crmkit.suite.access.control import Json
from crmkit.suite.errors import CouldNotTest, HarnessError
from crmkit.suite.values import moment_text

_FIXTURE = "give a confirmed incident in fixtures.incidents"
_AFTER_ACTION = {"restore": "restored", "close": "closed", "archive": "archived", "cancel": "closed"}
_WORDS = {
    "confirm": "Confirm incident {mrid}",
    "restore": "Restore incident {mrid}: the power is back",
    "close": "Close incident {mrid}, if it is not closed by itself",
    "archive": "Move incident {mrid} and its tickets to the archive",
    "cancel": "Cancel incident {mrid}",
}


class Incidents:
    """Known by mRID, in the control API's shape; what nobody has told of one is None."""

    def __init__(self, agenda: Agenda, fixtures: Sequence[IncidentFixture]) -> None:
        self._agenda = agenda
        self._fixtures = fixtures
        self._known: dict[str, Json] = {}

    def create(self, wanted: Sequence[Json]) -> list[Json]:
        """New confirmed incidents, all in one question. Raises CouldNotTest."""
        items = [_confirm_item(each) for each in wanted]
        if not self._agenda.has_person:
            return [self._fixture(each, item) for each, item in zip(wanted, items, strict=True)]
        return [self._keep(each, answer) for each, answer in zip(wanted, self._agenda.ask(items), strict=True)]

    def get(self, mrid: str) -> Json:
        """One that is known."""
        if mrid not in self._known:
            raise HarnessError(f"nobody has told of an incident {mrid}")
        return dict(self._known[mrid])

    def act(self, mrid: str, action: str) -> Json:
        """Have something done with one, soon; what it then is."""
        incident = self._known.get(mrid)
        if incident is None:
            raise HarnessError(f"nobody has told of an incident {mrid}")
        if action not in _WORDS:
            raise CouldNotTest(f"{action} of an incident cannot be had by hand: {CONTROL}")
        if not incident.get("fixture"):
            text = _WORDS[action].format(mrid=mrid)
            self._agenda.later(Item("do", f"{action}-incident", text, {"mrid": mrid}))
        if action in _AFTER_ACTION:
            incident[_AFTER_ACTION[action]] = True
        if action == "restore":
            incident["restored_at"] = moment_text(datetime.now(UTC))
        return dict(incident)

    def _keep(self, wanted: Json, answer: Answer) -> Json:
        crews = [
            {"mrid": told or crew["mrid"], "name": crew["name"]}
            for told, crew in zip(answer["crew mRIDs"], wanted["crews"], strict=False)
        ]
        incident = {
            **wanted,
            "mrid": str(answer["mRID"]),
            "created_date_time": answer["created"] or None,
            "status": answer["status"] or None,
            "crews": crews or wanted["crews"],
            "confirmed": True,
            "restored_at": None,
        }
        self._known[incident["mrid"]] = incident
        return dict(incident)

    def _fixture(self, wanted: Json, item: Item) -> Json:
        found = next((each for each in self._fixtures if wanted["device"] in (each.usage_point, each.mrid)), None)
        if found is None:
            # Who has given some needs another one, which only a person can open, restore and archive.
            self._agenda.need(item, None if self._fixtures else _FIXTURE)
            raise AssertionError("need() raises without a person")
        crew = [{"mrid": found.crew_mrid, "name": found.crew}] if found.crew else []
        incident: Json = {
            "mrid": found.mrid,
            "device": found.usage_point,
            "comment": found.comment,
            "cause": found.cause,
            "subcause": found.subcause,
            "crews": crew,
            "status": found.status,
            "estimated_restoration_time": found.estimated_restoration_time,
            "created_date_time": None,
            "confirmed": True,
            "restored_at": None,
            "fixture": True,
        }
        self._known[found.mrid] = incident
        return dict(incident)


def _confirm_item(wanted: Json) -> Item:
    crews = wanted.get("crews") or []
    values = {
        "at": wanted["device"],
        "status": wanted.get("status"),
        "comment": wanted.get("comment"),
        "cause": wanted.get("cause"),
        "subcause": wanted.get("subcause"),
        "crews": [dict(crew) for crew in crews],
        "estimated restoration": wanted.get("estimated_restoration_time"),
    }
    answer = {
        "mRID": REQUIRED,
        "created": "",
        "status": wanted.get("status") or "",
        "crew mRIDs": [str(crew["mrid"]) for crew in crews],
    }
    text = f"Open and confirm an incident that takes the power from {wanted['device']}, with these values."
    lacking = "an incident that somebody opens, confirms and, later, restores"
    shapes = {"mRID": NAME, "created": MOMENT}
    return Item("do", "confirm-incident", text, values, answer, lacking, shapes=shapes)

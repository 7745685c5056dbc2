"""Targets whose lists are not the contract's."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit.suite.access.vocabulary import REFERENCE, Vocabulary
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.tickets.written import Ticket


def ticket(**changes: Any) -> Ticket:
    made = Ticket("first", 1, "name-first", frozenset())
    for name, value in changes.items():
        setattr(made, name, value)
    return made


VALID = {"hazards": ["Fire"], "source": "IVR", "language": "21514", "media": ["SMS"], "kind": "Pole"}
INVALID = {"hazards": ["Dragon"], "source": "Pigeon", "language": "English", "media": ["Smoke"], "kind": "Lighthouse"}


@pytest.mark.parametrize("values", [{}, VALID, INVALID])
def test_the_contracts_own_lists(values: dict[str, Any]) -> None:
    Vocabulary().check(ticket(**values))
    Vocabulary.of_settings({"languages": [1033, 21514], "search_types": {"Pole": []}}).check(
        ticket(**{**values, "kind": None})
    )


@pytest.mark.parametrize(
    ("key", "told", "values", "says"),
    [
        ("hazards", ["Flood"], {"hazards": ["Fire"]}, "does not know the hazard 'Fire'"),
        ("hazards", [*REFERENCE["hazards"], "Dragon"], {"hazards": ["Dragon"]}, "knows the hazard 'Dragon'"),
        ("languages", [1033, 9999], {"language": "9999"}, "knows the language '9999'"),
        ("trouble_codes", ["Other"], {}, "does not know the trouble code 'Voltage Problem'"),
        ("sources", ["CallCenter"], {"source": "IVR"}, "does not know the call source 'IVR'"),
        ("callback_media", [], {"media": ["SMS"]}, "does not know the callback medium 'SMS'"),
        ("search_types", {"Pole": ["PoleID"]}, {"kind": "Address"}, "does not know the landbase search type 'Address'"),
    ],
)
def test_other_lists_make_a_scenario_untestable_not_failed(
    key: str, told: Any, values: dict[str, Any], says: str
) -> None:
    with pytest.raises(CouldNotTest, match=says):
        Vocabulary.of_settings({key: told}).check(ticket(**values))

"""What to supply where an incident is needed and nobody is there to open one."""

from __future__ import annotations

import pytest

from crmkit.byhand.agenda import Agenda
from crmkit.byhand.told_incidents import Incidents
from crmkit.profile.model import IncidentFixture
from crmkit.suite.errors import CouldNotTest

GIVEN = IncidentFixture(mrid="INC-1", usage_point="UP-1")
FIXTURE = "give a confirmed incident in fixtures.incidents"


def test_an_incident_of_the_profile_is_used() -> None:
    (found,) = Incidents(Agenda(None), [GIVEN]).create([{"device": "UP-1"}])
    assert found["mrid"] == "INC-1"


@pytest.mark.parametrize(("given", "would_do"), [([], True), ([GIVEN], False)])
def test_who_has_given_incidents_is_not_told_to_give_some(given: list[IncidentFixture], would_do: bool) -> None:
    with pytest.raises(CouldNotTest) as needed:
        Incidents(Agenda(None), given).create([{"device": "UP-2"}])
    assert (FIXTURE in str(needed.value)) is would_do
    assert "--interactive" in str(needed.value)

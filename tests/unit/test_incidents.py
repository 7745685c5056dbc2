"""Whom an incident de-energizes."""

from datetime import timedelta

import pytest
from builders import NOW, incident, network

from reference_adapter.outage_model.incidents import ConfirmedIncidents

EVERYBODY = ("UP-1", "UP-2", "UP-3", "UP-4", "UP-5")


def affected(*incidents):
    found = ConfirmedIncidents(incidents, network())
    return {point: found.affecting(point).mrid for point in EVERYBODY if found.affecting(point)}


@pytest.mark.parametrize(
    ("device", "points"),
    [
        ("UP-1", ["UP-1"]),
        ("TRF-1", ["UP-1", "UP-2"]),
        ("LAT-1", ["UP-1", "UP-2", "UP-3"]),
        ("FDR-1", ["UP-1", "UP-2", "UP-3", "UP-4"]),
        ("FDR-2", ["UP-5"]),
    ],
)
def test_a_confirmed_incident_concerns_all_under_its_device(device, points):
    assert list(affected(incident(device))) == points


def test_a_predicted_one_and_a_restored_one_concern_nobody():
    assert affected(incident("FDR-1", confirmed=False), incident("FDR-2", restored_at=NOW)) == {}
    assert affected() == {}


def test_the_nearest_device_s_incident_counts():
    assert affected(incident("FDR-1"), incident("UP-1"), incident("LAT-1")) == {
        "UP-1": "INC-UP-1",
        "UP-2": "INC-LAT-1",
        "UP-3": "INC-LAT-1",
        "UP-4": "INC-FDR-1",
    }


@pytest.mark.parametrize("reverse", [False, True])
def test_of_two_at_one_device_the_older_counts(reverse):
    older = incident("UP-5", mrid="older", created=NOW - timedelta(hours=1))
    newer = incident("UP-5", mrid="newer")
    assert affected(*sorted([older, newer], key=id, reverse=reverse)) == {"UP-5": "older"}


def test_an_older_one_that_is_over_does_not_hide_a_newer_one():
    older = incident("UP-5", mrid="older", created=NOW - timedelta(hours=1), restored_at=NOW)
    assert affected(older, incident("UP-5", mrid="newer")) == {"UP-5": "newer"}


def test_an_unknown_usage_point_is_nobody_s():
    assert ConfirmedIncidents([incident("FDR-1")], network()).affecting("UP-9") is None

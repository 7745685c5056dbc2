"""Rows 5.1-05 to 5.1-09: customer calls, and calls of customers that the model does not know."""

import pytest
from builders import MODEL_X, MODEL_Y, NOW, FakeLandbase, incident, judge, on, point, pole, ticket

from reference_adapter.landbase.answers import Found


def test_a_known_usage_point_locates_the_ticket():
    judged = judge(ticket(**on("UP-1")))
    assert (judged.result, judged.errors) == ("OK", [])
    stored = judged.ticket
    assert (stored["usage_point"], stored["reported_usage_point"]) == ("UP-1", "UP-1")
    assert (stored["located_by"], stored["status"], stored["incident"]) == ("usage-point", "Energized", None)
    assert (stored["x"], stored["y"]) == (None, None)


@pytest.mark.parametrize("device", ["UP-1", "TRF-1", "LAT-1", "FDR-1"])
def test_a_confirmed_incident_at_any_level_above_de_energizes_a_usage_point(device):
    judged = judge(ticket(**on("UP-1")), incidents=[incident(device)])
    assert (judged.result, judged.errors) == ("OK", [])
    stored = judged.ticket
    assert (stored["status"], stored["incident"]) == ("Deenergized", f"INC-{device}")
    assert (stored["usage_point"], stored["located_by"]) == ("UP-1", "usage-point")
    assert judged.outcome.drafts[0].incident == incident(device)


@pytest.mark.parametrize("device", ["UP-2", "TRF-2", "LAT-2", "FDR-2"])
def test_an_incident_beside_the_usage_point_s_branch_does_not_concern_it(device):
    stored = judge(ticket(**on("UP-1")), incidents=[incident(device)]).ticket
    assert (stored["status"], stored["incident"]) == ("Energized", None)


@pytest.mark.parametrize("device", ["UP-1", "TRF-1", "LAT-1", "FDR-1"])
@pytest.mark.parametrize("change", [{"confirmed": False}, {"restored_at": NOW}], ids=["predicted", "restored"])
def test_an_incident_that_is_not_confirmed_or_is_over_does_not_concern_anybody(device, change):
    stored = judge(ticket(**on("UP-1")), incidents=[incident(device, **change)]).ticket
    assert (stored["status"], stored["incident"]) == ("Energized", None)


def test_an_incident_concerns_the_affected_tickets_of_a_message_only():
    judged = judge(ticket("a", **on("UP-1")), ticket("b", **on("UP-3")), incidents=[incident("TRF-1")])
    assert [row["incident"] for row in judged.stored] == ["INC-TRF-1", None]


@pytest.mark.parametrize("unknown", ["UP-9", "up-1", " UP-1 ", "TRF-1"])
def test_a_usage_point_that_the_model_lacks_leaves_the_ticket_unlocated(unknown):
    judged = judge(ticket(**on(unknown)), incidents=[incident("FDR-1")])
    assert (judged.result, judged.errors) == ("OK", [])
    stored = judged.ticket
    assert (stored["usage_point"], stored["reported_usage_point"]) == (None, unknown)
    assert (stored["located_by"], stored["status"], stored["incident"]) == (None, "Created", None)


def test_an_unknown_usage_point_with_a_location_is_located_by_it():
    judged = judge(ticket(**on("UP-9"), **pole()), landbase=FakeLandbase({("P-1",): Found(1.0, 2.0)}))
    stored = judged.ticket
    assert judged.errors == []
    assert (stored["usage_point"], stored["located_by"], stored["x"], stored["y"]) == (None, "landbase", 1.0, 2.0)
    assert stored["status"] == "Created"


@pytest.mark.parametrize("nothing", [{}, on(None), on(""), on(" \t")], ids=["absent", "no mRID", "empty", "blank"])
def test_a_ticket_without_any_whereabouts_is_created_unlocated(nothing):
    judged = judge(ticket(**nothing), incidents=[incident("FDR-1")])
    assert (judged.result, judged.errors) == ("OK", [])
    stored = judged.ticket
    assert (stored["usage_point"], stored["reported_usage_point"], stored["location"]) == (None, None, [])
    assert (stored["located_by"], stored["x"], stored["y"], stored["status"]) == (None, None, None, "Created")


def test_a_location_beside_a_known_usage_point_is_kept_and_the_usage_point_stays_the_ticket_s_place():
    judged = judge(ticket(**on("UP-1"), **pole()), landbase=FakeLandbase({("P-1",): Found(1.0, 2.0)}))
    assert (judged.result, judged.errors) == ("OK", [])
    stored = judged.ticket
    assert (stored["usage_point"], stored["located_by"], stored["status"]) == ("UP-1", "usage-point", "Energized")
    assert (stored["x"], stored["y"]) == (1.0, 2.0)
    assert stored["location"] == [{"type": "Pole", "description": "PoleID", "name": "P-1"}]


def test_a_position_beside_a_known_usage_point_is_kept_and_the_usage_point_stays_the_ticket_s_place():
    stored = judge(ticket(**on("UP-1"), **point())).ticket
    assert (stored["usage_point"], stored["located_by"]) == ("UP-1", "usage-point")
    assert (stored["x"], stored["y"]) == (pytest.approx(MODEL_X, abs=0.01), pytest.approx(MODEL_Y, abs=0.01))


def test_the_nearest_of_two_incidents_is_told_about():
    stored = judge(
        ticket(**on("UP-1")),
        incidents=[incident("FDR-1", created=NOW.replace(hour=1)), incident("TRF-1", created=NOW)],
    ).ticket
    assert stored["incident"] == "INC-TRF-1"

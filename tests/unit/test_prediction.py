"""Outage prediction over the tree: thresholds, roll-up, and what confirmed incidents take (pure)."""

import itertools
from datetime import timedelta

import pytest
from builders import NOW, incident, network, settings

from reference_adapter.outage_model.incidents import CrewAssignment
from reference_adapter.outage_model.network import Device, Network, UsagePointRecord
from reference_adapter.outage_model.prediction import Group, Thresholds, predict

SHIPPED = settings().prediction


def tree(laterals=1, transformers=2, usage_points=2):
    """FDR over L1, L2...; L1 over L1-T1...; L1-T1 over L1-T1-U1..."""
    devices, points = [Device("FDR", "feeder", None)], []
    for lateral in range(1, laterals + 1):
        devices.append(Device(f"L{lateral}", "lateral", "FDR"))
        for transformer in range(1, transformers + 1):
            name = f"L{lateral}-T{transformer}"
            devices.append(Device(name, "transformer", f"L{lateral}"))
            points += [UsagePointRecord(f"{name}-U{n}", name, 0, 1033, 0, 0) for n in range(1, usage_points + 1)]
    return Network(devices, points)


def under(device, number=2):
    """So many usage points under a transformer of `tree`."""
    return [f"{device}-U{n}" for n in range(1, number + 1)]


def transformers(lateral, number):
    """Two usage points under each of so many transformers of a lateral."""
    return [point for n in range(1, number + 1) for point in under(f"{lateral}-T{n}")]


def predicted(device, mrid=None, **changes):
    return incident(device, confirmed=False, mrid=mrid or f"INC-{device}", **changes)


def grouped(town, reported, incidents=(), evidence=None, thresholds=SHIPPED):
    """Where everything leads: device, who keeps it, whom it absorbs, which new usage points it takes."""
    groups = predict(town, thresholds, incidents, evidence or {}, reported)
    return {
        each.device: (
            each.incident.mrid if each.incident else None,
            sorted(one.mrid for one in each.absorbed),
            sorted(each.usage_points),
        )
        for each in groups
    }


def test_the_shipped_thresholds_are_the_contract_s():
    assert Thresholds(2, 2, 0.30, 2, 0.25) == SHIPPED


# New tickets


def test_nothing_comes_of_nothing():
    assert predict(network(), SHIPPED, [], {}, []) == []


def test_tickets_of_one_usage_point_share_an_incident_there():
    assert grouped(network(), ["UP-1", "UP-1", "UP-5"]) == {"UP-1": (None, [], ["UP-1"]), "UP-5": (None, [], ["UP-5"])}


def test_two_usage_points_under_a_transformer_are_the_transformer_s():
    assert grouped(network(), ["UP-2", "UP-1", "UP-3"]) == {
        "TRF-1": (None, [], ["UP-1", "UP-2"]),
        "UP-3": (None, [], ["UP-3"]),
    }


@pytest.mark.parametrize(
    ("of", "out", "device"),
    [
        (2, 1, "L1-T1"),
        (2, 2, "L1"),
        (6, 2, "L1"),
        (7, 2, None),
        (10, 2, None),
        (10, 3, "L1"),
        (11, 3, None),
        (20, 6, "L1"),
    ],
)
def test_two_transformers_and_30_per_cent_under_a_lateral_are_the_lateral_s(of, out, device):
    found = grouped(tree(2, of), transformers("L1", out))
    assert list(found) == ([device] if device else [f"L1-T{n}" for n in range(1, out + 1)])


@pytest.mark.parametrize(
    ("of", "out", "whole"), [(2, 1, False), (2, 2, True), (8, 2, True), (9, 2, False), (12, 3, True)]
)
def test_two_laterals_and_a_quarter_under_a_feeder_are_the_feeder_s(of, out, whole):
    reported = [point for n in range(1, out + 1) for point in transformers(f"L{n}", 2)]
    assert list(grouped(tree(of), reported)) == (["FDR"] if whole else [f"L{n}" for n in range(1, out + 1)])


@pytest.mark.parametrize(
    ("share", "of", "out"), [(0.1, 30, 3), (0.3, 10, 3), (0.7, 10, 7), (0.07, 100, 7), (0.29, 100, 29), (1.0, 3, 3)]
)
def test_a_share_is_exact(share, of, out):
    thresholds = Thresholds(transformers=1, transformer_share=share)
    town = tree(2, of, usage_points=2)
    assert list(grouped(town, transformers("L1", out), thresholds=thresholds)) == ["L1"]
    assert "L1" not in grouped(town, transformers("L1", out - 1), thresholds=thresholds)


def test_usage_points_alone_do_not_count_as_transformers():
    assert sorted(grouped(tree(1, 2), ["L1-T1-U1", "L1-T2-U1"])) == ["L1-T1-U1", "L1-T2-U1"]


def test_thresholds_are_configured():
    assert list(grouped(network(), ["UP-1", "UP-2"], thresholds=Thresholds(usage_points=3))) == ["UP-1", "UP-2"]
    one = Thresholds(usage_points=1, transformers=1, transformer_share=0.5, laterals=2)
    assert list(grouped(network(), ["UP-1"], thresholds=one)) == ["LAT-1"]
    assert list(grouped(tree(4), transformers("L1", 2), thresholds=Thresholds(laterals=1))) == ["FDR"]
    assert list(grouped(tree(5), transformers("L1", 2), thresholds=Thresholds(laterals=1))) == ["L1"]


# With incidents that were predicted before


def test_a_further_ticket_joins_the_incident_of_its_usage_point():
    found = grouped(network(), ["UP-1"], [predicted("UP-1")], {"INC-UP-1": ["UP-1"]})
    assert found == {"UP-1": ("INC-UP-1", [], ["UP-1"])}


def test_a_predicted_incident_moves_up_with_its_evidence():
    found = grouped(network(), ["UP-2"], [predicted("UP-1")], {"INC-UP-1": ["UP-1"]})
    assert found == {"TRF-1": ("INC-UP-1", [], ["UP-2"])}


def test_a_ticket_under_a_predicted_incident_joins_it():
    found = grouped(network(), ["UP-3"], [predicted("LAT-1")], {"INC-LAT-1": ["UP-1", "UP-2"]})
    assert found == {"LAT-1": ("INC-LAT-1", [], ["UP-3"])}


def test_predicted_incidents_roll_up_into_one():
    town = tree(1, 2)
    before = [predicted("L1-T1"), predicted("L1-T2-U1")]
    evidence = {"INC-L1-T1": under("L1-T1"), "INC-L1-T2-U1": ["L1-T2-U1"]}
    found = grouped(town, ["L1-T2-U2"], before, evidence)
    assert found == {"L1": ("INC-L1-T1", ["INC-L1-T2-U1"], ["L1-T2-U2"])}


def test_a_predicted_incident_that_an_operator_made_at_a_device_is_evidence_of_it():
    found = grouped(tree(1, 2), under("L1-T2"), [predicted("L1-T1")])
    assert found == {"L1": ("INC-L1-T1", [], under("L1-T2"))}


def test_who_has_been_worked_on_survives_then_who_is_oldest():
    old = predicted("UP-1", created=NOW - timedelta(hours=2))
    young = predicted("UP-2", created=NOW - timedelta(hours=1))
    evidence = {"INC-UP-1": ["UP-1"], "INC-UP-2": ["UP-2"]}
    assert grouped(network(), [], [young, old], evidence) == {"TRF-1": ("INC-UP-1", ["INC-UP-2"], [])}
    worked_on = predicted("UP-2", crews=(CrewAssignment("C", "C"),))
    assert grouped(network(), [], [old, worked_on], evidence) == {"TRF-1": ("INC-UP-2", ["INC-UP-1"], [])}


def test_who_survives_does_not_depend_on_the_order():
    incidents = [predicted("UP-1", "b"), predicted("UP-2", "a"), predicted("UP-1", "c")]
    evidence = {"a": ["UP-2"], "b": ["UP-1"], "c": ["UP-1"]}
    found = [grouped(network(), [], order, evidence) for order in itertools.permutations(incidents)]
    assert found == [{"TRF-1": ("a", ["b", "c"], [])}] * 6


def test_what_stays_as_it_was_is_said_to_change_nothing():
    stays, moves = predicted("TRF-1"), predicted("UP-1")
    assert Group("TRF-1", stays).changes_nothing
    assert not Group("TRF-1", moves).changes_nothing
    assert not Group("TRF-1", None).changes_nothing
    assert not Group("TRF-1", stays, usage_points=frozenset({"UP-1"})).changes_nothing
    assert not Group("TRF-1", stays, absorbed=(moves,)).changes_nothing
    assert Group("TRF-1", incident("TRF-1")).changes_nothing


# Confirmed ones


def test_a_confirmed_incident_stays_and_takes_what_is_reported_under_it():
    sure = incident("UP-1")
    assert grouped(network(), ["UP-1", "UP-2"], [sure]) == {
        "UP-1": ("INC-UP-1", [], ["UP-1"]),
        "UP-2": (None, [], ["UP-2"]),
    }


def test_a_confirmed_incident_is_no_evidence_for_what_is_above_it():
    town = tree(1, 3)
    assert list(grouped(town, under("L1-T2"), [incident("L1-T1")])) == ["L1-T2"]
    assert list(grouped(town, transformers("L1", 3), [incident("L1-T1")])) == ["L1-T1", "L1"]


def test_a_confirmed_incident_absorbs_predicted_ones_under_it():
    before = [incident("LAT-1"), predicted("TRF-1"), predicted("UP-3"), predicted("UP-5")]
    assert grouped(network(), ["UP-2"], before, {"INC-UP-5": ["UP-5"]}) == {
        "LAT-1": ("INC-LAT-1", ["INC-TRF-1", "INC-UP-3"], ["UP-2"]),
        "UP-5": ("INC-UP-5", [], []),
    }


def test_a_confirmed_incident_does_not_absorb_another_confirmed_one():
    assert grouped(network(), [], [incident("LAT-1"), incident("TRF-1")]) == {}


def test_the_nearest_confirmed_incident_takes_a_ticket():
    assert grouped(network(), ["UP-1", "UP-3"], [incident("FDR-1"), incident("TRF-1")]) == {
        "TRF-1": ("INC-TRF-1", [], ["UP-1"]),
        "FDR-1": ("INC-FDR-1", [], ["UP-3"]),
    }


def test_an_incident_that_is_over_takes_nobody():
    over = [incident("LAT-1", restored_at=NOW), predicted("TRF-1", closed_at=NOW)]
    assert grouped(network(), ["UP-1"], over) == {"UP-1": (None, [], ["UP-1"])}

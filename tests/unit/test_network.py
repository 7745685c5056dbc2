"""The network tree, and the town's files that it is read from."""

import pytest
from builders import network, write_town

from reference_adapter.outage_model.network import Device, Network, UsagePointRecord
from reference_adapter.town import TownError, read_network


def usage_point(mrid, transformer):
    return UsagePointRecord(mrid, transformer, 0, 1033, -97.7, 30.2)


def test_a_usage_point_is_fed_by_itself_and_all_above_it_nearest_first():
    assert network().feeding("UP-1") == ("UP-1", "TRF-1", "LAT-1", "FDR-1")
    assert network().feeding("UP-5") == ("UP-5", "TRF-4", "LAT-3", "FDR-2")


@pytest.mark.parametrize("unknown", ["UP-9", "TRF-9", ""])
def test_nothing_feeds_what_is_unknown(unknown):
    assert network().feeding(unknown) == ()
    assert network().parent(unknown) is None
    assert network().children(unknown) == 0


def test_a_device_is_fed_by_itself_and_all_above_it():
    assert network().feeding("TRF-1") == ("TRF-1", "LAT-1", "FDR-1")
    assert network().feeding("FDR-2") == ("FDR-2",)


def test_parents_and_children_are_one_step_away():
    parents = {each: network().parent(each) for each in ("UP-1", "TRF-1", "LAT-1", "FDR-1")}
    assert parents == {"UP-1": "TRF-1", "TRF-1": "LAT-1", "LAT-1": "FDR-1", "FDR-1": None}
    children = {each: network().children(each) for each in ("FDR-1", "LAT-1", "LAT-2", "TRF-1", "TRF-2", "UP-1")}
    assert children == {"FDR-1": 2, "LAT-1": 2, "LAT-2": 1, "TRF-1": 2, "TRF-2": 1, "UP-1": 0}


def test_devices_and_usage_points_are_known():
    assert all(network().knows(mrid) for mrid in ("UP-1", "TRF-1", "LAT-1", "FDR-1"))
    assert not network().knows("FDR-9")


@pytest.mark.parametrize(
    ("devices", "usage_points", "complaint"),
    [
        ([Device("A", "feeder", "B"), Device("B", "lateral", "A")], [], "no tree at"),
        ([Device("A", "feeder", "A")], [], "no tree at A"),
        ([Device("A", "lateral", "Z")], [], "no tree at Z"),
        ([Device("A", "feeder", None)], [usage_point("U", "Z")], "U hangs on unknown Z"),
    ],
    ids=["circle", "own parent", "no parent", "no transformer"],
)
def test_what_is_no_tree_is_refused(devices, usage_points, complaint):
    with pytest.raises(ValueError, match=complaint):
        Network(devices, usage_points)


@pytest.fixture
def town(tmp_path):
    write_town(tmp_path / "town")
    return tmp_path / "town"


def test_a_town_s_files_are_read(town):
    read = read_network(town)
    assert (read.devices, read.usage_points) == (network().devices, network().usage_points)
    assert read.usage_points["UP-1"] == usage_point("UP-1", "TRF-1")


@pytest.mark.parametrize("missing", ["devices.csv", "usage_points.csv"])
def test_a_missing_file_is_said_in_one_line(town, missing):
    (town / missing).unlink()
    with pytest.raises(TownError, match=f"^{town}: no town here .*crmkit town"):
        read_network(town)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("devices.csv", "mrid,", "id,"),
        ("devices.csv", "LAT-1,lateral,FDR-1", "LAT-1,lateral,FDR-9"),
        ("usage_points.csv", "TRF-4", "TRF-9"),
        ("usage_points.csv", "1033", "English"),
        ("usage_points.csv", "-97.7,30.2", "-97.7"),
        ("usage_points.csv", "UP-1", "\udcff"),
        ("devices.csv", "FDR-1", "x" * 200_000),
    ],
    ids=["no column", "no parent", "no transformer", "no number", "short line", "no UTF-8", "monstrous field"],
)
def test_a_damaged_file_is_said_in_one_line(town, file, old, new):
    text = (town / file).read_text()
    assert old in text
    (town / file).write_bytes(text.replace(old, new, 1).encode(errors="surrogateescape"))
    with pytest.raises(TownError, match=r"the town's files are damaged"):
        read_network(town)

"""Reads the network of a town's plain files."""

from __future__ import annotations

import csv
from pathlib import Path

from reference_adapter.outage_model.network import Device, Network, UsagePointRecord


class TownError(Exception):
    """A town's files that cannot be used; one line that says which and why."""


def read_network(town: Path) -> Network:
    """The network of `devices.csv` and `usage_points.csv`; raises TownError."""
    try:
        with (town / "devices.csv").open(encoding="utf-8", newline="") as file:
            devices = [Device(row["mrid"], row["kind"], row["parent"] or None) for row in csv.DictReader(file)]
        with (town / "usage_points.csv").open(encoding="utf-8", newline="") as file:
            usage_points = [
                UsagePointRecord(
                    row["mrid"],
                    row["transformer"],
                    int(row["priority"]),
                    int(row["language_id"]),
                    float(row["longitude"]),
                    float(row["latitude"]),
                )
                for row in csv.DictReader(file)
            ]
        return Network(devices, usage_points)
    except OSError as error:
        raise TownError(f"{town}: no town here ({error.strerror}); make one with: crmkit town {town}") from error
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise TownError(f"{town}: the town's files are damaged: {error}") from error

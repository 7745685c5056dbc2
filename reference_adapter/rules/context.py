"""What the rules of a message may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.landbase.answers import Answer
from reference_adapter.landbase.coordinates import JudgedPoint
from reference_adapter.outage_model.incidents import ConfirmedIncidents
from reference_adapter.outage_model.network import Network
from reference_adapter.outage_model.whereabouts import LandbaseSearch


@dataclass(frozen=True, slots=True)
class CreateContext:
    """One for all tickets of a message; everything that costs I/O was looked up for the whole batch before."""

    settings: AdapterSettings
    now: datetime
    network: Network
    incidents: ConfirmedIncidents
    landbase: Mapping[LandbaseSearch, Answer]
    points: Mapping[tuple[str, str], JudgedPoint]

"""Valid things for a test to change one of, and the create operation with everything around it faked."""

import asyncio
import dataclasses
import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import reference_adapter.configuration.files as configuration_files
from crm_contract.contract import load_contract
from crm_contract.envelope import RequestHeader
from crm_contract.messages import (
    CallBackRequest,
    CustomerData,
    ElectronicAddress,
    IncidentHazard,
    Location,
    Period,
    PositionPoint,
    TelephoneNumber,
    TroubleTicket,
    UsagePoint,
)
from reference_adapter.app import build_soap_app
from reference_adapter.configuration.errors import parse_error_configuration
from reference_adapter.configuration.settings import parse_adapter_settings
from reference_adapter.landbase.answers import NotFound
from reference_adapter.operations.admission import EXTRA_REASONS
from reference_adapter.operations.created_trouble_tickets import CreateTroubleTickets
from reference_adapter.outage_model.incidents import ConfirmedIncidents, Incident
from reference_adapter.outage_model.network import Device, Network, UsagePointRecord
from reference_adapter.rules.callbacks_results import RESULT_RULES
from reference_adapter.rules.changed_trouble_tickets import CHANGE_RULES
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.rules.get_callbacks import GET_CALLBACKS_RULES
from reference_adapter.rules.get_trouble_tickets import GET_TICKETS_RULES
from reference_adapter.storage.unit_of_work import SharedState

NOW = datetime(2025, 6, 2, 12, 0, tzinfo=UTC)
SHIPPED = Path(configuration_files.__file__).parent
CREATE_ERRORS = SHIPPED / "CrmAdapter_CreateTroubleTickets_ErrorConfiguration.xml"
OPERATION = "CreatedTroubleTickets"
# What Table 12.1 calls the configuration of each hosted operation, and the operation's rules.
HOSTED = {
    "CreatedTroubleTickets": ("CreateTroubleTickets", CREATE_RULES),
    "ChangedTroubleTickets": ("ChangeTroubleTickets", CHANGE_RULES),
    "GetTroubleTickets": ("GetTroubleTickets", GET_TICKETS_RULES),
    "GetCallbacks": ("GetCallbacks", GET_CALLBACKS_RULES),
    "CreatedCallBacksResults": ("ChangeCallbacksResults", RESULT_RULES),
}
# The check vector of the contract.
LONGITUDE, LATITUDE = "-97.7431", "30.2672"
MODEL_X, MODEL_Y = 3114226.21, 10070436.13
LISTS = ("callback_media", "callback_periods", "contacts", "hazards", "location")


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now

    def advance(self, **by):
        self.now += timedelta(**by)


class Fixed:
    """Stands in for a watched file that nobody edits."""

    def __init__(self, content):
        self.content = content

    def current(self):
        return self.content


@cache
def contract():
    return load_contract()


@cache
def shipped_settings():
    path = SHIPPED / "AdapterCrm.xml"
    return parse_adapter_settings(path.read_bytes(), path)


@cache
def shipped_errors(operation=OPERATION):
    subject, rules = HOSTED[operation]
    path = SHIPPED / f"CrmAdapter_{subject}_ErrorConfiguration.xml"
    return parse_error_configuration(path.read_bytes(), path, operation, rules.reasons() | EXTRA_REASONS)


def settings(**changes):
    return dataclasses.replace(shipped_settings(), **changes)


def landbase_settings(**changes):
    return dataclasses.replace(shipped_settings().landbase, **changes)


# FDR-1: LAT-1 (TRF-1: UP-1, UP-2; TRF-2: UP-3), LAT-2 (TRF-3: UP-4). FDR-2: LAT-3 (TRF-4: UP-5).
DEVICES = (
    ("FDR-1", "feeder", ""),
    ("FDR-2", "feeder", ""),
    ("LAT-1", "lateral", "FDR-1"),
    ("LAT-2", "lateral", "FDR-1"),
    ("LAT-3", "lateral", "FDR-2"),
    ("TRF-1", "transformer", "LAT-1"),
    ("TRF-2", "transformer", "LAT-1"),
    ("TRF-3", "transformer", "LAT-2"),
    ("TRF-4", "transformer", "LAT-3"),
)
USAGE_POINTS = (("UP-1", "TRF-1"), ("UP-2", "TRF-1"), ("UP-3", "TRF-2"), ("UP-4", "TRF-3"), ("UP-5", "TRF-4"))


def network():
    return Network(
        [Device(mrid, kind, parent or None) for mrid, kind, parent in DEVICES],
        [UsagePointRecord(mrid, transformer, 0, 1033, -97.7, 30.2) for mrid, transformer in USAGE_POINTS],
    )


def write_town(folder):
    """The network as the plain files of a town."""
    folder.mkdir(parents=True)
    devices = [f"{mrid},{kind},{parent},-97.7,30.2" for mrid, kind, parent in DEVICES]
    points = [f"{mrid},{transformer},0,1033,-97.7,30.2" for mrid, transformer in USAGE_POINTS]
    (folder / "devices.csv").write_text("\n".join(["mrid,kind,parent,longitude,latitude", *devices, ""]))
    header = "mrid,transformer,priority,language_id,longitude,latitude"
    (folder / "usage_points.csv").write_text("\n".join([header, *points, ""]))


def incident(device, confirmed=True, **changes):
    return Incident(**{"mrid": f"INC-{device}", "device": device, "created": NOW, "confirmed": confirmed, **changes})


def at(**offset):
    """A moment this far from now, as a message spells it."""
    return f"{(NOW + timedelta(**offset)).isoformat().removesuffix('+00:00')}Z"


def ticket(name="first", **changes):
    """A ticket that no rule has anything to say about."""
    return TroubleTicket(**{"name": name, "trouble_code": "No Power/No Light", **changes})


def on(usage_point):
    return {"usage_point": UsagePoint(usage_point)}


def hazards(*names):
    return {"incident_hazards": [IncidentHazard(name) for name in names]}


def callback(*periods, media=None, call_back=True):
    """`periods` are pairs of start and end."""
    wanted = CallBackRequest(media, [Period(start=start, end=end) for start, end in periods])
    return {"call_back": call_back, "call_backs": [wanted]}


def search(kind, *parameters):
    """Locations of one type, a (name, value) parameter each."""
    return {"locations": [Location(description=name, name=value, type=kind) for name, value in parameters]}


def pole(value="P-1"):
    return search("Pole", ("PoleID", value))


def point(x=LONGITUDE, y=LATITUDE):
    return {"locations": [Location(position_point=PositionPoint(x, y))]}


def header(**changes):
    given = {"verb": "created", "noun": "TroubleTickets", "source": "IVR", "message_id": "message-1"}
    return RequestHeader(**{**given, **changes})


def caller(first=None, last=None, middle=None, email=None, landline=None, mobile=None):
    """CustomerData with what is given."""
    return CustomerData(
        first,
        last,
        middle,
        electronic_address=ElectronicAddress(email) if email else None,
        landline_phone=TelephoneNumber(landline) if landline else None,
        mobile_phone=TelephoneNumber(mobile) if mobile else None,
    )


class FakeLandbase:
    """Answers by the values of a search; notes what it was asked."""

    def __init__(self, answers=None, otherwise=NotFound()):  # noqa: B008
        self.answers = answers or {}
        self.otherwise = otherwise
        self.asked = []

    def __call__(self, state, settings):
        return self

    def locate(self, searches, convert):
        self.asked.append(list(searches))
        values = {each: tuple(value for _, value in each.parameters) for each in self.asked[-1]}
        return {each: self.answers.get(value, self.otherwise) for each, value in values.items()}


class FakeStore:
    """A store without a disk."""

    def __init__(self, *incidents):
        self.current = SharedState(1, 1, MappingProxyType({}), ConfirmedIncidents(incidents, network()))
        self.rows = []
        self.records = []

    def state(self):
        return self.current

    @contextmanager
    def begin(self, state, now):
        yield FakeWork(self)


class FakeWork:
    """The transaction of a message, at once."""

    def __init__(self, store):
        self.state = store.current
        self.record = store.records.append
        self.tickets = FakeTickets(store.rows)


class FakeTickets:
    """The active tickets: none before, and those of the message."""

    def __init__(self, rows):
        self._rows = rows

    def count_by_usage_point(self, usage_points):
        return {}

    def insert(self, rows):
        self._rows += rows
        return [f"TT-{number}" for number, _ in enumerate(rows, start=1)]


class Judged(NamedTuple):
    """What the operation made of a message."""

    result: str
    errors: list
    stored: list
    outcome: object

    @property
    def ticket(self):
        """The one ticket that was stored."""
        (only,) = self.stored
        return only


def as_stored(row):
    """A row with its lists as lists."""
    return {name: json.loads(value) if name in LISTS else value for name, value in row.items()}


def as_tuples(errors):
    return [(error.code, error.level, error.reason, error.details) for error in errors]


def judge(*tickets, incidents=(), landbase=None, clock=None, rules=CREATE_RULES, sent_in=None, **changes):
    """Have the operation carry out a message, by the shipped configuration with `changes`."""
    store = FakeStore(*incidents)
    operation = CreateTroubleTickets(
        rules,
        Fixed(shipped_errors()),
        Fixed(settings(**changes)),
        store,
        network(),
        landbase or FakeLandbase(),
        clock or Clock(),
    )
    outcome = operation.carry_out(sent_in or header(), tickets)
    stored = [as_stored(row) for row in store.rows]
    return Judged(str(outcome.result), as_tuples(outcome.errors), stored, outcome)


@contextmanager
def adapter_of(options, **changes):
    """The whole adapter as an ASGI application, without a server around it."""
    stores = []

    def kept(store):
        stores.append(store)
        return store

    app = build_soap_app(options, wrap_store=kept, **changes)
    try:
        yield app
    finally:
        asyncio.run(_shut_down(app))
        for store in stores:
            store.database.close()


async def _shut_down(app):
    async def receive():
        return {"type": "lifespan.shutdown"}

    async def send(event):
        assert event == {"type": "lifespan.shutdown.complete"}

    await app({"type": "lifespan"}, receive, send)


class HttpAnswer(NamedTuple):
    """An HTTP answer as an ASGI application gives it."""

    status: int
    headers: dict
    body: bytes


def ask(app, body=b"", *, method="POST", path="/ReceiveTroubleTicketsService", query="", headers=(), pieces=None):
    """Send one request to an ASGI application, the body in pieces where they are given.

    A piece that is a float is a pause of so many seconds. A header that is None is left out.
    """
    given = {"host": "adapter.test:8080", "content-type": "text/xml; charset=utf-8", **dict(headers)}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in given.items() if v is not None],
        "server": ("127.0.0.1", 8080),
        "scheme": "http",
    }
    left = [body] if pieces is None else list(pieces)
    sent = []

    async def receive():
        while left and isinstance(left[0], float):
            await asyncio.sleep(left.pop(0))
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(event):
        sent.append(event)

    asyncio.run(app(scope, receive, send))
    start, content = sent
    answered = {k.decode(): v.decode() for k, v in start["headers"]}
    return HttpAnswer(start["status"], answered, content["body"])

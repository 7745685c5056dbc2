"""Fills an empty store with a stormy morning: a few incidents, then a few hundred trouble tickets over SOAP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import requests
import zeep
from zeep.transports import Transport

from crmkit.launcher.demo_tickets import Surroundings, TicketWriter
from crmkit.launcher.errors import LaunchError, StopRequested
from crmkit.launcher.servers import SERVICE

SEED = 1
TICKETS = 300
BATCH = 50
_NEIGHBOURHOODS = 4
_CUSTOMERS_EACH = 100
_LANDBASE_OBJECTS = 200
_ANSWER_SECONDS = 30.0
_COLLECTIONS = {
    "Pole": "poles",
    "StreetIntersection": "intersections",
    "Address": "addresses",
    "Transformer": "transformers",
}


def fill_with_demo(
    soap: str,
    control: str,
    landbase: str,
    say: Callable[[str], None] = lambda line: None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> None:
    """Send the demo's incidents and tickets; a store that holds tickets is left as it is.

    The same town and configuration give the same tickets but for their times, which are relative to now. Raises
    LaunchError when the servers do not take them, StopRequested between two batches.
    """
    with requests.Session() as session:
        session.trust_env = False  # no proxy between here and the loopback interface
        try:
            _fill(session, soap, control, landbase, say, stop_requested)
        except (requests.RequestException, zeep.exceptions.Error) as error:
            raise LaunchError(f"the demo could not be sent: {error}") from error


def _fill(
    session: requests.Session,
    soap: str,
    control: str,
    landbase: str,
    say: Callable[[str], None],
    stop_requested: Callable[[], bool],
) -> None:
    store = _get(session, f"{control}/store")
    if store["tickets"] or store["pending"]:
        say(f"the store holds {store['tickets']} tickets: no demo is added")
        return
    settings = _get(session, f"{control}/settings")
    neighbourhoods = _neighbourhoods(session, control)
    now = datetime.now(UTC).replace(microsecond=0)
    incidents = 0 if store["incidents"] else _create_incidents(session, control, neighbourhoods, now)
    objects = _landbase_objects(session, landbase, settings["search_types"])
    writer = TicketWriter(Surroundings(neighbourhoods, objects, settings), Random(SEED), now)
    send = _sender(session, soap)
    for batch in _batches(writer.tickets(TICKETS)):
        if stop_requested():
            raise StopRequested
        send(batch, now)
    say(f"demo: {incidents} incidents and {TICKETS} tickets")


def _neighbourhoods(session: requests.Session, control: str) -> list[list[dict[str, Any]]]:
    """Usage points of some places spread over the town: trouble comes in clusters."""
    total = _get(session, f"{control}/usage-points", limit=1)["total"]
    offsets = [total * part // _NEIGHBOURHOODS for part in range(_NEIGHBOURHOODS)]
    pages = [
        _get(session, f"{control}/usage-points", limit=_CUSTOMERS_EACH, offset=offset)["items"] for offset in offsets
    ]
    return [page for page in pages if page]


def _create_incidents(
    session: requests.Session, control: str, neighbourhoods: Sequence[Sequence[dict[str, Any]]], now: datetime
) -> int:
    """One confirmed on a lateral, the others still predicted."""
    incidents: list[dict[str, Any]] = [
        {
            "device": neighbourhoods[0][0]["lateral"],
            "confirmed": True,
            "comment": "Tree across the line; crew on its way",
            "estimated_restoration_time": (now + timedelta(hours=3)).isoformat(),
            "cause": "Vegetation",
            "subcause": "Tree on line",
            "crews": [{"mrid": "CREW-07", "name": "Line crew 7"}],
            "status": "Dispatched",
        },
        {"device": neighbourhoods[1 % len(neighbourhoods)][-1]["transformer"], "comment": "Fuse suspected"},
        {"device": neighbourhoods[-1][-1]["mrid"], "comment": "Service drop suspected"},
    ]
    for incident in incidents:
        session.post(f"{control}/incidents", json=incident, timeout=_ANSWER_SECONDS).raise_for_status()
    return len(incidents)


def _landbase_objects(
    session: requests.Session, landbase: str, search_types: dict[str, list[str]]
) -> list[tuple[str, dict[str, str]]]:
    """Search types with the parameters that find an existing object."""
    found = []
    for search_type, parameters in search_types.items():
        if search_type not in _COLLECTIONS:
            continue
        page = _get(session, f"{landbase}/collections/{_COLLECTIONS[search_type]}/items", limit=_LANDBASE_OBJECTS)
        for feature in page["features"]:
            properties = feature["properties"]
            if all(parameter in properties for parameter in parameters):
                found.append((search_type, {parameter: str(properties[parameter]) for parameter in parameters}))
    return found


def _sender(session: requests.Session, soap: str) -> Callable[[Sequence[dict[str, Any]], datetime], None]:
    transport = Transport(session=session, timeout=_ANSWER_SECONDS, operation_timeout=_ANSWER_SECONDS)  # type: ignore[no-untyped-call]
    client = zeep.Client(f"{soap}/{SERVICE}?wsdl", transport=transport)  # type: ignore[no-untyped-call]
    numbers = count(1)

    def send(batch: Sequence[dict[str, Any]], now: datetime) -> None:
        message = f"demo-{now:%Y%m%dT%H%M%S}-{next(numbers):02d}"
        header = {
            "Verb": "created",
            "Noun": "TroubleTickets",
            "Revision": "2.0",
            "Timestamp": now,
            "Source": "crmkit demo",
            "MessageID": message,
            "CorrelationID": message,
        }
        payload = {"TroubleTickets": {"TroubleTicket": list(batch)}}
        answer = client.service.CreatedTroubleTickets(Header=header, Payload=payload)
        if answer.Reply.Result != "OK":
            errors = "; ".join(f"{error.code} {error.reason}: {error.details}" for error in answer.Reply.Error)
            raise LaunchError(f"the demo's tickets were answered {answer.Reply.Result}: {errors}")

    return send


def _batches(tickets: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for ticket in tickets:
        batch.append(ticket)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _get(session: requests.Session, url: str, **parameters: Any) -> Any:
    answer = session.get(url, params=parameters, timeout=_ANSWER_SECONDS)
    answer.raise_for_status()
    return answer.json()

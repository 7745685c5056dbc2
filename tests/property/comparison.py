"""What the store holds beside what the model holds."""

from __future__ import annotations

from typing import Any

from adapter_inside import Adapter
from model.contract import ARCHIVED_SOURCES
from model.world import Callback, Contact, Incident, Ticket, World
from names import Names
from replies_read import moment

State = dict[str, Any]
_OF_MESSAGES = ("position", "messages", "outbox")


def state_of(world: World) -> State:
    """The model's side, in the terms of the comparison."""
    archive = world.archive
    return {
        "counts": {
            "tickets": len(world.tickets),
            "incidents": len(world.incidents),
            "pending": 0,
            "callbacks": len(world.callbacks),
            "open_callbacks": sum(each.closed is None for each in world.callbacks),
            "archived_tickets": len(archive.tickets),
            "archived_incidents": len(archive.incidents),
        },
        "tickets": [_ticket(each) for each in world.tickets],
        "incidents": [_incident(each) for each in world.incidents],
        "callbacks": [_callback(each, world) for each in world.callbacks],
        "archived tickets": [
            {
                "id": each.id,
                "name": each.name,
                "comment": each.comment,
                "usage_point": each.usage_point,
                "incident": each.incident,
                "source": ARCHIVED_SOURCES.get(each.source, each.source),
                "trouble_code": each.trouble_code,
                "csr": each.csr,
            }
            for each in archive.tickets
        ],
        "archived incidents": sorted((each.id, each.status) for each in archive.incidents),
        "archived callbacks": sorted((each.id, each.result) for each in archive.callbacks),
    }


def state_in(adapter: Adapter, names: Names, summary: State) -> State:
    """The adapter's side: what control tells, and for what it does not the disk."""
    archive = adapter.control("GET", "/archive/tickets")[1]["items"]
    return {
        "counts": {name: number for name, number in summary.items() if name not in _OF_MESSAGES},
        "tickets": [_stored_ticket(each, names) for each in adapter.control("GET", "/tickets")[1]["items"]],
        "incidents": [_stored_incident(each, names) for each in adapter.control("GET", "/incidents")[1]],
        "callbacks": [_stored_callback(each, names) for each in adapter.control("GET", "/callbacks")[1]["items"]],
        "archived tickets": [
            {
                "id": names.entity(each["UID"]),
                "name": each["Name"],
                "comment": each["COMMENT"],
                "usage_point": each["SERVICE_DELIVERY_POINT_CUSTOMID"],
                "incident": names.entity(each["INCIDENTUID"]),
                "source": each["CALL_SOURCE_ID"],
                "trouble_code": each["EVENT_REASON_GID"],
                "csr": each["RECEIVED_USER"],
            }
            for each in archive
        ],
        "archived incidents": sorted(
            (names.entity(each["UID"]), each["INCIDENT_STATUS_GID"]) for each in adapter.rows("ops_incidents")
        ),
        "archived callbacks": sorted(
            (names.entity(each["mrid"]), each["result"]) for each in adapter.rows("ops_callbacks")
        ),
    }


def _ticket(ticket: Ticket) -> State:
    return {
        "id": ticket.id,
        "name": ticket.name,
        "usage_point": ticket.usage_point,
        "incident": ticket.incident,
        "call_back": ticket.call_back,
        "comment": ticket.comment,
        "created": ticket.created,
        "first_call": ticket.first_call,
        "csr": ticket.csr,
        "language": ticket.language,
        "source": ticket.source,
        "trouble_code": ticket.trouble_code,
        "media": ticket.media,
        "periods": ticket.periods,
        "contacts": ticket.contacts,
        "hazards": ticket.hazards,
        "position": ticket.position,
        "changed_by": ticket.changed_by,
    }


def _stored_ticket(item: State, names: Names) -> State:
    point = item["position_point"]
    return {
        "id": names.entity(item["mrid"]),
        "name": item["name"],
        "usage_point": item["usage_point"],
        "incident": item["incident"] and names.entity(item["incident"]),
        "call_back": item["call_back"],
        "comment": item["comment"],
        "created": moment(item["created_date_time"]),
        "first_call": moment(item["first_call_date_time"]),
        "csr": item["csr_id"],
        "language": item["language_id"],
        "source": item["source"],
        "trouble_code": item["trouble_code"],
        "media": item["callback_media"],
        "periods": [(moment(each["start"]), moment(each["end"])) for each in item["callback_periods"]],
        "contacts": [Contact(**each) for each in item["contacts"]],
        "hazards": item["hazards"],
        "position": point and (point["x"], point["y"]),
        "changed_by": item["last_update_user"],
    }


def _incident(incident: Incident) -> State:
    return {
        "id": incident.id,
        "device": incident.device,
        "created": incident.created,
        "confirmed": incident.confirmed,
        "restored": incident.restored,
        "closed": incident.closed,
        "status": incident.status,
        "comment": incident.comment,
    }


def _stored_incident(item: State, names: Names) -> State:
    return {
        "id": names.entity(item["mrid"]),
        "device": item["device"],
        "created": moment(item["created_date_time"]),
        "confirmed": item["confirmed"],
        "restored": moment(item["restored_at"]),
        "closed": moment(item["closed_at"]),
        "status": item["status"],
        "comment": item["comment"],
    }


def _callback(callback: Callback, world: World) -> State:
    holder = callback.held_by(world.now)
    return {
        "id": callback.id,
        "ticket": callback.ticket,
        "incident": callback.incident,
        "usage_point": callback.usage_point,
        "created": callback.created,
        "priority": callback.priority,
        "language": callback.language,
        "periods": callback.periods,
        "comment": callback.comment,
        "automatic": callback.automatic,
        "holder": holder,
        "held_since": callback.held_since if holder else None,
        "not_before": callback.not_before,
        "attempts": callback.attempts,
        "result": callback.result,
        "changed_by": callback.changed_by,
        "closed": callback.closed,
    }


def _stored_callback(item: State, names: Names) -> State:
    return {
        "id": names.entity(item["mrid"]),
        "ticket": names.entity(item["ticket"]),
        "incident": names.entity(item["incident"]),
        "usage_point": item["usage_point"],
        "created": moment(item["created_at"]),
        "priority": item["priority"],
        "language": item["language_id"],
        "periods": [(moment(each["start"]), moment(each["end"])) for each in item["periods"]],
        "comment": item["comment"],
        "automatic": item["automatic"],
        "holder": item["assigned_user"],
        "held_since": moment(item["assigned_at"]),
        "not_before": moment(item["not_before"]),
        "attempts": item["attempts"],
        "result": item["result"],
        "changed_by": item["last_update_user"],
        "closed": moment(item["closed_at"]),
    }


def differences(expected: State, actual: State) -> list[str]:
    """One line for each thing that differs; empty where nothing does."""
    lines = []
    for part, theirs in actual.items():
        ours = expected[part]
        if ours == theirs:
            continue
        if isinstance(ours, dict):
            ours, theirs = [ours], [theirs]
        for model, store in zip(ours, theirs, strict=False):
            if isinstance(model, dict):
                wrong = [key for key in model if model[key] != store[key]]
                lines += [
                    f"{part} {model.get('id', '')} {key}: model {model[key]!r}, store {store[key]!r}" for key in wrong
                ]
            elif model != store:
                lines.append(f"{part}: model {model!r}, store {store!r}")
        if len(ours) != len(theirs):
            lines.append(f"{part}: model has {len(ours)}, store {len(theirs)}")
    return lines

"""What the store holds beside what the model holds."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from adapter_inside import Adapter, Row
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


def state_in(adapter: Adapter, names: Names, now: datetime, summary: State) -> State:
    """The adapter's side: how much control says there is, and what is on the disk."""
    tickets, incidents, callbacks, old_tickets, old_incidents, old_callbacks = adapter.rows(
        "dmz_tickets", "dmz_incidents", "dmz_callbacks", "ops_tickets", "ops_incidents", "ops_callbacks"
    )
    return {
        "counts": {name: number for name, number in summary.items() if name not in _OF_MESSAGES},
        "tickets": [_stored_ticket(each, names) for each in tickets],
        "incidents": [_stored_incident(each, names) for each in incidents],
        "callbacks": [_stored_callback(each, names, now) for each in callbacks],
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
            for each in old_tickets
        ],
        "archived incidents": sorted(
            (names.entity(each["UID"]), each["INCIDENT_STATUS_GID"]) for each in old_incidents
        ),
        "archived callbacks": sorted((names.entity(each["mrid"]), each["result"]) for each in old_callbacks),
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


def _stored_ticket(row: Row, names: Names) -> State:
    return {
        "id": names.entity(row["mrid"]),
        "name": row["name"],
        "usage_point": row["usage_point"],
        "incident": row["incident"] and names.entity(row["incident"]),
        "call_back": bool(row["call_back"]),
        "comment": row["comment"],
        "created": moment(row["created_date_time"]),
        "first_call": moment(row["first_call_date_time"]),
        "csr": row["csr_id"],
        "language": row["language_id"],
        "source": row["source"],
        "trouble_code": row["trouble_code"],
        "media": json.loads(row["callback_media"]),
        "periods": _periods(row["callback_periods"]),
        "contacts": [Contact(**each) for each in json.loads(row["contacts"])],
        "hazards": json.loads(row["hazards"]),
        "position": row["position_point"] and tuple(json.loads(row["position_point"])),
        "changed_by": row["last_update_user"],
    }


def _periods(text: str) -> list[tuple[datetime | None, datetime | None]]:
    return [(moment(each["start"]), moment(each["end"])) for each in json.loads(text)]


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


def _stored_incident(row: Row, names: Names) -> State:
    return {
        "id": names.entity(row["mrid"]),
        "device": row["device"],
        "created": moment(row["created_date_time"]),
        "confirmed": bool(row["confirmed"]),
        "restored": moment(row["restored_at"]),
        "closed": moment(row["closed_at"]),
        "status": row["status"],
        "comment": row["comment"],
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


def _stored_callback(row: Row, names: Names, now: datetime) -> State:
    until = moment(row["assignment_expires_at"])
    is_held = until is not None and now < until
    return {
        "id": names.entity(row["mrid"]),
        "ticket": names.entity(row["ticket"]),
        "incident": names.entity(row["incident"]),
        "usage_point": row["usage_point"],
        "created": moment(row["created_at"]),
        "priority": row["priority"],
        "language": row["language_id"],
        "periods": _periods(row["periods"]),
        "comment": row["comment"],
        "automatic": bool(row["automatic"]),
        "holder": row["assigned_user"] if is_held else None,
        "held_since": moment(row["assigned_at"]) if is_held else None,
        "not_before": moment(row["not_before"]),
        "attempts": row["attempts"],
        "result": row["result"],
        "changed_by": row["last_update_user"],
        "closed": moment(row["closed_at"]),
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

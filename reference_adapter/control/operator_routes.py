"""The control API's routes for what an operator does: incidents, contacts, callbacks."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query

from reference_adapter.control import callback_shapes, shapes
from reference_adapter.control.errors import UnknownEntity
from reference_adapter.control.operator import Operator, ShownIncident
from reference_adapter.control.simulator import Simulator

_Limit = Annotated[int, Query(ge=1, le=100_000)]
_Offset = Annotated[int, Query(ge=0, le=2**63 - 1)]


def add_operator_routes(app: FastAPI, simulator: Simulator, operator: Operator) -> None:
    """Incidents, contacts of tickets, callbacks, the archive."""
    _add_incidents(app, operator)
    _add_steps_of_incidents(app, operator)
    _add_contacts(app, simulator, operator)
    _add_callbacks(app, simulator, operator)


def given(**criteria: str | None) -> dict[str, str]:
    """The criteria that a request gives."""
    return {column: value for column, value in criteria.items() if value is not None}


def _shape(shown: ShownIncident) -> shapes.IncidentShape:
    return shapes.IncidentShape.of(shown.incident, shown.tickets, shown.archived)


def _add_incidents(app: FastAPI, operator: Operator) -> None:
    @app.get("/incidents")
    async def incidents() -> list[shapes.IncidentShape]:
        """Every active incident, oldest first."""
        return [_shape(each) for each in operator.incidents()]

    @app.post("/incidents", status_code=201)
    def create(new: shapes.NewIncident) -> shapes.IncidentShape:
        """Create an incident at a device or usage point."""
        return _shape(operator.create(new))

    @app.post("/incidents/many", status_code=201)
    def create_many(new: shapes.NewIncidents) -> list[shapes.IncidentShape]:
        """Create several incidents at once, all or none."""
        return [_shape(each) for each in operator.create_all(new.incidents)]

    @app.post("/incidents/many/restore")
    def restore_many(asked: shapes.IncidentMrids) -> list[shapes.IncidentShape]:
        """End the outages of several incidents, in this order, all or none."""
        return [_shape(each) for each in operator.restore_all(asked.mrids)]

    @app.post("/incidents/many/archive")
    def archive_many(asked: shapes.IncidentMrids) -> list[shapes.IncidentShape]:
        """Move several closed incidents to the archive, all or none."""
        return [_shape(each) for each in operator.archive_all(asked.mrids)]

    @app.get("/incidents/{mrid}")
    async def incident(mrid: str) -> shapes.IncidentShape:
        """One incident, active or archived."""
        return _shape(operator.incident(mrid))

    @app.patch("/incidents/{mrid}")
    def update(mrid: str, asked: shapes.IncidentUpdate) -> shapes.IncidentShape:
        """Set status, estimated restoration time, cause or subcause."""
        return _shape(operator.update(mrid, asked))

    @app.post("/incidents/{mrid}/comments")
    def remark(mrid: str, asked: shapes.Remark) -> shapes.IncidentShape:
        """Add an operator's comment."""
        return _shape(operator.remark(mrid, asked.text))

    @app.post("/incidents/{mrid}/crews")
    def assign(mrid: str, crew: shapes.CrewShape) -> shapes.IncidentShape:
        """Put a crew on an incident."""
        return _shape(operator.assign(mrid, crew))

    @app.delete("/incidents/{mrid}/crews/{crew}")
    def release(mrid: str, crew: str) -> shapes.IncidentShape:
        """Take a crew off."""
        return _shape(operator.release(mrid, crew))


def _add_steps_of_incidents(app: FastAPI, operator: Operator) -> None:
    @app.post("/incidents/{mrid}/confirm")
    def confirm(mrid: str) -> shapes.IncidentShape:
        """Confirm an incident."""
        return _shape(operator.confirm(mrid))

    @app.post("/incidents/{mrid}/restore")
    def restore(mrid: str) -> shapes.IncidentShape:
        """End an incident's outage; who asked for a callback is owed one."""
        return _shape(operator.restore(mrid))

    @app.post("/incidents/{mrid}/close")
    def close(mrid: str) -> shapes.IncidentShape:
        """Close a restored incident without open callbacks."""
        return _shape(operator.close(mrid))

    @app.post("/incidents/{mrid}/cancel")
    def cancel(mrid: str) -> shapes.IncidentShape:
        """Close an incident that was none."""
        return _shape(operator.cancel(mrid))

    @app.post("/incidents/{mrid}/archive")
    def archive(mrid: str) -> shapes.IncidentShape:
        """Move a closed incident with its tickets and callbacks to the archive."""
        return _shape(operator.archive(mrid))


def _add_contacts(app: FastAPI, simulator: Simulator, operator: Operator) -> None:
    def ticket(mrid: str) -> shapes.TicketShape:
        *_, found = simulator.tickets({"mrid": mrid}, 0, 1)
        if not found:
            raise UnknownEntity(f"active ticket {mrid}")
        return shapes.TicketShape.model_validate(found[0])

    @app.post("/tickets/{mrid}/contacts", status_code=201)
    def add_contact(mrid: str, new: shapes.NewContact) -> shapes.TicketShape:
        """Add a caller's contact to an active ticket."""
        operator.add_contact(mrid, new)
        return ticket(mrid)

    @app.put("/tickets/{mrid}/preferred-contact")
    def prefer_contact(mrid: str, wanted: shapes.PreferredContact) -> shapes.TicketShape:
        """Mark one of an active ticket's contacts as the preferred one of its type."""
        operator.prefer_contact(mrid, wanted)
        return ticket(mrid)

    @app.get("/archive/tickets")
    async def archived(
        mrid: str | None = None,
        name: str | None = None,
        usage_point: str | None = None,
        incident: str | None = None,
        limit: _Limit = 1000,
    ) -> callback_shapes.ArchivedPage:
        """Archived tickets as the operations database holds them, oldest first."""
        criteria = given(UID=mrid, Name=name, SERVICE_DELIVERY_POINT_CUSTOMID=usage_point, INCIDENTUID=incident)
        total, items = simulator.archived_tickets(criteria, limit)
        return callback_shapes.ArchivedPage(total=total, items=items)


def _add_callbacks(app: FastAPI, simulator: Simulator, operator: Operator) -> None:
    @app.get("/callbacks")
    async def callbacks(
        mrid: str | None = None,
        ticket: str | None = None,
        incident: str | None = None,
        usage_point: str | None = None,
        is_open: Annotated[bool | None, Query(alias="open")] = None,
        after: _Offset = 0,
        limit: _Limit = 1000,
    ) -> callback_shapes.CallbackPage:
        """Callbacks of active incidents, oldest first, those behind position `after`."""
        criteria = given(mrid=mrid, ticket=ticket, incident=incident, usage_point=usage_point)
        return simulator.callbacks(criteria, is_open, after, limit)

    @app.get("/callbacks/{mrid}")
    async def callback(mrid: str) -> callback_shapes.CallbackShape:
        """One callback."""
        return simulator.callback(mrid)

    @app.put("/callbacks/{mrid}/automatic")
    def mark_automatic(mrid: str, mark: callback_shapes.AutomaticMark) -> callback_shapes.CallbackShape:
        """Have a callback resolved by the external system, or by a CSR again."""
        operator.mark_automatic(mrid, mark.automatic)
        return simulator.callback(mrid)

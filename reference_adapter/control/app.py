"""The control API's routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from reference_adapter.control import shapes
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.simulator import Simulator, UnknownEntity
from reference_adapter.storage.database import StoreBusy
from reference_adapter.storage.shared_state import INTERNAL_ERROR, SLOW_IMS

_Limit = Annotated[int, Query(ge=1, le=100_000)]
_Offset = Annotated[int, Query(ge=0, le=2**63 - 1)]


def build_control_app(simulator: Simulator, neighbours: Neighbours) -> FastAPI:
    """The control API over a simulator; OpenAPI at /openapi.json."""
    # Interactive documentation would load its scripts from the network.
    app = FastAPI(title="GridOps simulator control", version="1", docs_url=None, redoc_url=None)
    _handle_errors(app)
    _add_process_routes(app, simulator, neighbours)
    _add_town_and_ticket_routes(app, simulator)
    _add_incident_routes(app, simulator)
    _add_fault_routes(app, simulator)
    return app


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(UnknownEntity)
    def unknown(_: Request, error: UnknownEntity) -> JSONResponse:
        return JSONResponse({"detail": f"there is no {error}"}, status_code=404)

    @app.exception_handler(StoreBusy)
    def busy(_: Request, error: StoreBusy) -> JSONResponse:
        return JSONResponse({"detail": "the store is busy"}, status_code=503, headers={"Retry-After": "1"})


def _add_process_routes(app: FastAPI, simulator: Simulator, neighbours: Neighbours) -> None:
    @app.get("/health")
    def health() -> shapes.Health:
        """Whether the process is up and reaches its store."""
        simulator.summary()
        return shapes.Health()

    @app.get("/neighbours")
    def neighbours_beside() -> Neighbours:
        """The servers that run beside the adapter."""
        return neighbours

    @app.get("/settings")
    def settings() -> shapes.Settings:
        """The configuration in force."""
        current = simulator.settings()
        return shapes.Settings(
            comment_limit=current.comment_limit,
            batch_limit=current.batch_limit,
            ims_confirmation_seconds=current.ims_confirmation_seconds,
            future_skew_seconds=current.future_skew.total_seconds(),
            default_language=current.default_language,
            default_source=current.default_source,
            languages=sorted(current.languages),
            trouble_codes=sorted(current.trouble_codes),
            hazards=sorted(current.hazards),
            sources=sorted(current.sources),
            callback_media=sorted(current.callback_media),
            search_types={name: list(kind.properties) for name, kind in current.landbase.search_types.items()},
            input_crs=current.input_crs,
            model_crs=current.model_crs,
        )

    @app.post("/reset", status_code=204)
    def reset() -> Response:
        """Forget tickets, incidents, messages and faults; the town and the configuration stay."""
        simulator.reset()
        return Response(status_code=204)

    @app.post("/caches/drop", status_code=204)
    def drop_caches() -> Response:
        """Have every worker forget landbase answers, its open circuit and cached incidents."""
        simulator.drop_caches()
        return Response(status_code=204)


def _add_town_and_ticket_routes(app: FastAPI, simulator: Simulator) -> None:
    @app.get("/usage-points")
    def usage_points(device: str | None = None, offset: _Offset = 0, limit: _Limit = 100) -> shapes.UsagePointPage:
        """Usage points of the town, those under a device where one is given."""
        total, items = simulator.usage_points(device, offset, limit)
        return shapes.UsagePointPage(total=total, items=items)

    @app.get("/usage-points/{mrid}")
    def usage_point(mrid: str) -> shapes.UsagePointShape:
        """One usage point."""
        return simulator.usage_point(mrid)

    @app.get("/store")
    def store() -> shapes.StoreSummary:
        """How much the store holds."""
        return simulator.summary()

    @app.get("/tickets")
    def tickets(
        after: _Offset = 0,
        name: str | None = None,
        usage_point: str | None = None,
        incident: str | None = None,
        message_id: str | None = None,
        limit: _Limit = 1000,
    ) -> shapes.TicketPage:
        """Stored tickets as the outage model holds them, oldest first, those behind position `after`."""
        given = {"name": name, "usage_point": usage_point, "incident": incident, "message_id": message_id}
        criteria = {column: value for column, value in given.items() if value is not None}
        total, position, found = simulator.tickets(criteria, after, limit)
        items = [shapes.TicketShape.model_validate(row) for row in found]
        return shapes.TicketPage(total=total, position=position, items=items)


def _add_incident_routes(app: FastAPI, simulator: Simulator) -> None:
    @app.get("/incidents")
    def incidents() -> list[shapes.IncidentShape]:
        """Every incident, oldest first."""
        return [shapes.IncidentShape.of(each) for each in simulator.incidents()]

    @app.post("/incidents", status_code=201)
    def create(new: shapes.NewIncident) -> shapes.IncidentShape:
        """Create an incident at a device or usage point."""
        try:
            return shapes.IncidentShape.of(simulator.create_incident(new))
        except UnknownEntity as error:
            raise HTTPException(422, f"the network has no device {error}") from None

    @app.get("/incidents/{mrid}")
    def incident(mrid: str) -> shapes.IncidentShape:
        """One incident."""
        return shapes.IncidentShape.of(simulator.incident(mrid))

    @app.post("/incidents/{mrid}/confirm")
    def confirm(mrid: str) -> shapes.IncidentShape:
        """Confirm an incident."""
        return shapes.IncidentShape.of(simulator.confirm_incident(mrid))

    @app.post("/incidents/{mrid}/restore")
    def restore(mrid: str) -> shapes.IncidentShape:
        """End an incident's outage."""
        return shapes.IncidentShape.of(simulator.restore_incident(mrid))


def _add_fault_routes(app: FastAPI, simulator: Simulator) -> None:
    @app.get("/faults")
    def faults() -> list[shapes.FaultShape]:
        """The faults in force."""
        return [
            shapes.FaultShape(
                name=each.name, remaining=each.remaining, seconds=each.seconds, expires_at=each.expires_at
            )
            for each in simulator.faults()
        ]

    @app.put("/faults/slow-ims", status_code=204)
    def slow_ims(asked: shapes.SlowIms) -> Response:
        """Make the IMS slow."""
        simulator.make_ims_slow(asked)
        return Response(status_code=204)

    @app.delete("/faults/slow-ims", status_code=204)
    def release_ims() -> Response:
        """Release the IMS."""
        simulator.end_fault(SLOW_IMS)
        return Response(status_code=204)

    @app.put("/faults/internal-error", status_code=204)
    def internal_error(asked: shapes.InternalError) -> Response:
        """Make the next messages fail internally, after their first insert."""
        simulator.make_messages_fail(asked)
        return Response(status_code=204)

    @app.delete("/faults/internal-error", status_code=204)
    def end_internal_error() -> Response:
        """Let messages succeed again."""
        simulator.end_fault(INTERNAL_ERROR)
        return Response(status_code=204)

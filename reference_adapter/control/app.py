"""The control API's routes.

Those that only read are coroutines: a reader never waits in SQLite's WAL mode, and a thread for each request costs more
than most of them. The others run in threads, and may wait for whoever writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Protocol

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from reference_adapter.control import process_shapes, settings_shapes, shapes
from reference_adapter.control.document import describe
from reference_adapter.control.errors import Impossible, UnknownEntity, UnusableValue
from reference_adapter.control.journal import Journal, Journalling, JournalPage
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.operator import Operator
from reference_adapter.control.operator_routes import add_operator_routes, given
from reference_adapter.control.simulator import Simulator
from reference_adapter.storage.database import StoreBusy
from reference_adapter.storage.shared_state import INTERNAL_ERROR, SLOW_IMS

_Limit = Annotated[int, Query(ge=1, le=100_000)]
_Offset = Annotated[int, Query(ge=0, le=2**63 - 1)]


class JobRunner(Protocol):
    """Runs background jobs now."""

    def __iter__(self) -> Iterator[str]:
        """The jobs' names."""

    def run(self, name: str) -> int:
        """One job; KeyError for an unknown one."""

    def run_all(self) -> dict[str, int]:
        """All of them, until nothing is left to do."""


def build_control_app(simulator: Simulator, operator: Operator, jobs: JobRunner, neighbours: Neighbours) -> FastAPI:
    """The control API over a simulator; OpenAPI at /openapi.json."""
    # Interactive documentation would load its scripts from the network.
    app = FastAPI(title="GridOps simulator control", version="1", docs_url=None, redoc_url=None)
    _handle_errors(app)
    _add_process_routes(app, simulator, neighbours)
    _add_town_and_ticket_routes(app, simulator)
    _add_fault_routes(app, simulator)
    add_operator_routes(app, simulator, operator)
    _add_time_routes(app, simulator, jobs)
    _add_journal(app)
    describe(app)
    return app


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(UnknownEntity)
    def unknown(_: Request, error: UnknownEntity) -> JSONResponse:
        return JSONResponse({"detail": f"there is no {error}"}, status_code=404)

    @app.exception_handler(Impossible)
    def impossible(_: Request, error: Impossible) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=409)

    @app.exception_handler(UnusableValue)
    def unusable(_: Request, error: UnusableValue) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=422)

    @app.exception_handler(StoreBusy)
    def busy(_: Request, error: StoreBusy) -> JSONResponse:
        return JSONResponse({"detail": "the store is busy"}, status_code=503, headers={"Retry-After": "1"})


def _add_journal(app: FastAPI) -> None:
    kept = Journal()
    app.add_middleware(Journalling, journal=kept, left_out=frozenset({"/health", "/journal"}))

    @app.get("/journal")
    def journal() -> JournalPage:
        """Who has called this API since the adapter started: method, path and user agent."""
        return kept.page()


def _add_process_routes(app: FastAPI, simulator: Simulator, neighbours: Neighbours) -> None:
    @app.get("/health")
    def health() -> process_shapes.Health:
        """Whether the process is up and reaches its store."""
        simulator.summary()
        return process_shapes.Health()

    @app.get("/neighbours")
    def neighbours_beside() -> Neighbours:
        """The servers that run beside the adapter."""
        return neighbours

    @app.get("/settings")
    def settings() -> settings_shapes.Settings:
        """The configuration in force."""
        return settings_shapes.Settings.of(simulator.settings())

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
    async def usage_points(
        device: str | None = None, offset: _Offset = 0, limit: _Limit = 100
    ) -> shapes.UsagePointPage:
        """Usage points of the town, those under a device where one is given."""
        total, items = simulator.usage_points(device, offset, limit)
        return shapes.UsagePointPage(total=total, items=items)

    @app.get("/usage-points/{mrid}")
    async def usage_point(mrid: str) -> shapes.UsagePointShape:
        """One usage point."""
        return simulator.usage_point(mrid)

    @app.get("/store")
    async def store() -> process_shapes.StoreSummary:
        """How much the store holds."""
        return simulator.summary()

    @app.get("/tickets")
    async def tickets(
        after: _Offset = 0,
        mrid: str | None = None,
        name: str | None = None,
        usage_point: str | None = None,
        incident: str | None = None,
        message_id: str | None = None,
        limit: _Limit = 1000,
    ) -> shapes.TicketPage:
        """Stored tickets as the outage model holds them, oldest first, those behind position `after`."""
        criteria = given(mrid=mrid, name=name, usage_point=usage_point, incident=incident, message_id=message_id)
        total, position, pending, found = simulator.tickets(criteria, after, limit)
        items = [shapes.TicketShape.model_validate(row) for row in found]
        return shapes.TicketPage(total=total, position=position, pending=pending, items=items)


def _add_time_routes(app: FastAPI, simulator: Simulator, jobs: JobRunner) -> None:
    @app.get("/clock")
    async def clock() -> process_shapes.ClockState:
        """The simulated time."""
        return simulator.clock()

    @app.put("/clock")
    def set_clock(asked: process_shapes.ClockSetting) -> process_shapes.ClockState:
        """Set the time; it goes on from there."""
        return simulator.set_clock(asked.now)

    @app.post("/clock/advance")
    def advance_clock(asked: process_shapes.ClockAdvance) -> process_shapes.ClockState:
        """Let time pass at once. What is due then is done by the background's jobs."""
        return simulator.advance_clock(asked.seconds)

    @app.delete("/clock", status_code=204)
    def reset_clock() -> Response:
        """Go back to the machine's time."""
        simulator.reset_clock()
        return Response(status_code=204)

    @app.post("/background")
    def run_all_jobs() -> process_shapes.JobsDone:
        """Run all background jobs until nothing is left to do."""
        return process_shapes.JobsDone(handled=jobs.run_all())

    @app.post("/background/{job}")
    def run_job(job: str) -> process_shapes.JobDone:
        """Run one pass of a background job now; answers when it is done."""
        try:
            return process_shapes.JobDone(job=job, handled=jobs.run(job))
        except KeyError:
            raise HTTPException(404, f"there is no background job {job}; there are {', '.join(jobs)}") from None

    @app.get("/replication")
    def replication() -> process_shapes.ReplicationState:
        """How far the CORE is behind the DMZ."""
        return simulator.replication()

    @app.get("/log")
    async def log(after: _Offset = 0, limit: _Limit = 1000) -> process_shapes.LogPage:
        """What the adapter has logged of the CRM Interface, oldest first, entries behind number `after`."""
        return simulator.log(after, limit)


def _add_fault_routes(app: FastAPI, simulator: Simulator) -> None:
    @app.get("/faults")
    def faults() -> list[process_shapes.FaultShape]:
        """The faults in force."""
        return [
            process_shapes.FaultShape(
                name=each.name, remaining=each.remaining, seconds=each.seconds, expires_at=each.expires_at
            )
            for each in simulator.faults()
        ]

    @app.put("/faults/slow-ims", status_code=204)
    def slow_ims(asked: process_shapes.SlowIms) -> Response:
        """Make the IMS slow."""
        simulator.make_ims_slow(asked)
        return Response(status_code=204)

    @app.delete("/faults/slow-ims", status_code=204)
    def release_ims() -> Response:
        """Release the IMS."""
        simulator.end_fault(SLOW_IMS)
        return Response(status_code=204)

    @app.put("/faults/internal-error", status_code=204)
    def internal_error(asked: process_shapes.InternalError) -> Response:
        """Make the next messages fail internally, with everything done but the commit."""
        simulator.make_messages_fail(asked)
        return Response(status_code=204)

    @app.delete("/faults/internal-error", status_code=204)
    def end_internal_error() -> Response:
        """Let messages succeed again."""
        simulator.end_fault(INTERNAL_ERROR)
        return Response(status_code=204)

"""The control endpoint: how the IVR behaves and dials, what arrived, what was dialled, and tickets to report."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from mock_ivr.behaviour import Setting
from mock_ivr.dialling import Dialler, Dialling
from mock_ivr.journal import Dialled, Message
from mock_ivr.tickets import TicketOrder, TicketReceipt, TicketReporter
from mock_serving.journal import BoundedJournal
from mock_serving.switch import Switch

T = TypeVar("T")


class Health(BaseModel):
    """That the process runs, whatever the IVR's behaviour."""

    status: str


class MessagePage(BaseModel):
    """The newest messages, oldest first, and how many older ones were let go."""

    dropped: int
    items: list[Message]


class DialledPage(BaseModel):
    """The newest calls, oldest first, and how many older ones were let go."""

    dropped: int
    items: list[Dialled]


def build_control_app(
    switch: Switch[Setting],
    journal: BoundedJournal[Message],
    dialler: Dialler,
    dialled: BoundedJournal[Dialled],
    tickets: TicketReporter,
) -> FastAPI:
    """The control endpoint as an ASGI application."""
    app = FastAPI(title="IVR control", version="1.0.0", docs_url=None, redoc_url=None)

    @app.get("/health")
    async def health() -> Health:
        return Health(status="ok")

    @app.get("/behaviour")
    async def read_behaviour() -> Setting:
        return switch.setting

    @app.put("/behaviour")
    async def change_behaviour(setting: Setting) -> Setting:
        try:
            return await switch.change(setting)
        except OSError as error:
            raise HTTPException(503, str(error)) from error

    @app.get("/journal")
    async def read_journal() -> MessagePage:
        return MessagePage.model_validate(journal.describe())

    @app.delete("/journal", status_code=204)
    async def clear_journal() -> None:
        journal.clear()

    @app.get("/dialling")
    async def read_dialling() -> Dialling:
        return dialler.setting

    @app.put("/dialling")
    async def change_dialling(setting: Dialling) -> Dialling:
        return dialler.change(setting)

    @app.get("/dialled")
    async def read_dialled() -> DialledPage:
        return DialledPage.model_validate(dialled.describe())

    @app.delete("/dialled", status_code=204)
    async def clear_dialled() -> None:
        dialled.clear()

    @app.post("/tickets")
    async def report_tickets(order: TicketOrder) -> TicketReceipt:
        return await _in_thread(lambda: tickets.report(order))

    return app


async def _in_thread(work: Callable[[], T]) -> T:
    """Run what blocks, in a thread that does not hold up the end of the process as those of a pool would."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(set_outcome: Callable[[Any], None], outcome: object) -> None:
        if not done.done():
            set_outcome(outcome)

    def run() -> None:
        try:
            outcome: tuple[Callable[[Any], None], object] = (done.set_result, work())
        except Exception as error:
            outcome = (done.set_exception, error)
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=run, name="tickets", daemon=True).start()
    return await done

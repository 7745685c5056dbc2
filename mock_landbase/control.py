"""The control endpoint: how the landbase behaves, and what was asked of it."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from mock_landbase.behaviour import Setting
from mock_landbase.journal import Entry
from mock_serving.journal import BoundedJournal
from mock_serving.switch import Switch


class Health(BaseModel):
    """That the process runs, whatever the landbase's behaviour."""

    status: str


class JournalItem(BaseModel):
    """A request to the landbase; status is null while it has no answer, and when the client left before."""

    at: str
    method: str
    path: str
    query: str
    status: int | None


class JournalPage(BaseModel):
    """The newest requests, oldest first, and how many older ones were let go."""

    dropped: int
    items: list[JournalItem]


def build_control_app(switch: Switch[Setting], journal: BoundedJournal[Entry]) -> FastAPI:
    """The control endpoint as an ASGI application."""
    app = FastAPI(title="Landbase control", version="1.0.0", docs_url=None, redoc_url=None)

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
    async def read_journal() -> JournalPage:
        return JournalPage.model_validate(journal.describe())

    @app.delete("/journal", status_code=204)
    async def clear_journal() -> None:
        journal.clear()

    return app

"""How the landbase behaves: as it should, or wrong in one of the ways a landbase can be."""

from __future__ import annotations

from itertools import count
from typing import Literal

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_serving.behaviour import BehaviourSetting, client_left

# Taken in turn: what a proxy says, an answer cut off, JSON that is no GeoJSON.
_NONSENSE = (
    ("text/html", "<!DOCTYPE html><html><body><h1>Welcome to our portal</h1></body></html>"),
    ("application/geo+json", '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"ty'),
    ("application/geo+json", '{"type": "FeatureCollection", "features": "none", "numberMatched": -1}'),
)


class Setting(BehaviourSetting):
    """One behaviour of the landbase."""

    mode: Literal["normal", "down", "slow", "error", "nonsense"] = "normal"


class Behaviour:
    """The setting that holds."""

    def __init__(self) -> None:
        self._setting = Setting()
        self._nonsense = count()

    @property
    def setting(self) -> Setting:
        """The setting that holds; `down` is the server's business, not the application's."""
        return self._setting

    def become(self, setting: Setting) -> None:
        """Answer so from the next request on."""
        self._setting = setting
        self._nonsense = count()

    def next_nonsense(self) -> Response:
        """An answer that no client can use; the kinds take turns, beginning anew with every setting."""
        media_type, body = _NONSENSE[next(self._nonsense) % len(_NONSENSE)]
        return Response(body, media_type=media_type)


class BehaviourMiddleware:
    """Lets a request through, late, or answers it wrongly."""

    def __init__(self, app: ASGIApp, behaviour: Behaviour) -> None:
        self._app = app
        self._behaviour = behaviour

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        setting = self._behaviour.setting
        app = self._app
        if setting.mode == "error":
            app = JSONResponse({"code": "InternalServerError", "description": "the landbase failed"}, 500)
        elif setting.mode == "nonsense":
            app = self._behaviour.next_nonsense()
        elif setting.mode == "slow" and await client_left(receive, setting.delay_seconds):
            return
        await app(scope, receive, send)

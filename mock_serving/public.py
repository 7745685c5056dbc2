"""The address under which others reach a mock, when it is not the one on which it listens."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Places:
    """Host and port of what a mock serves and of its control endpoint, and the URL under which others reach it."""

    served: tuple[str, int]
    control: tuple[str, int]
    public_url: str | None = None


class Published:
    """Lets an application believe that it was asked under its public URL, so that links and WSDLs name that one.

    What stands in front of the mock is expected to take the URL's path off. Without a URL nothing is changed.
    """

    def __init__(self, app: ASGIApp, url: str | None) -> None:
        self._app = app
        self._parts = urlsplit(url) if url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if self._parts is not None and scope["type"] == "http":
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope = {
                **scope,
                "scheme": self._parts.scheme,
                "headers": [(b"host", self._parts.netloc.encode("idna")), *others],
                "root_path": self._parts.path.rstrip("/"),
            }
        await self._app(scope, receive, send)


def public_url(text: str) -> str:
    """An http or https URL, for argparse."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text!r} is no URL such as https://kit.example:8443/ivr")
    return text

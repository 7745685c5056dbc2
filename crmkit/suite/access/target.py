"""The system under test: where its services are, and how it is asked."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from crm_contract.contract import SERVICES, Contract
from crmkit.suite.access.exchange import CONNECT_SECONDS, Exchange, exchange
from crmkit.suite.errors import Unreachable

# After so many unanswered requests in a row the suite waits only briefly: a target that never answers has shown it.
_PATIENCE = 2
_SHORT_SECONDS = 5.0


class BadUrl(ValueError):
    """A URL that cannot be one of a target; one line for the user."""


def base_url(given: str) -> str:
    """The base of a target's services from what a user gives: with or without slash, or one service's own URL.

    Raises BadUrl for anything but an http or https URL with a host.
    """
    parts = urlsplit(given.strip())
    try:
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError:
        port_is_number = False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_number:
        raise BadUrl(f"{given!r} is no URL such as http://localhost:8080")
    path = parts.path.rstrip("/")
    for service in SERVICES:
        if path.endswith(f"/{service.name}"):
            path = path.removesuffix(f"/{service.name}")
    return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))


@dataclass
class Target:
    """Services at `base`, spoken to in `contract`; `answer_seconds` is how long an answer may take."""

    base: str
    contract: Contract
    answer_seconds: float = 30.0
    _unanswered: int = field(default=0, init=False)

    def service_url(self, service: str) -> str:
        """Where a wsdl:service listens."""
        return f"{self.base}/{service}"

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Exchange:
        """Send a message; see `exchange` for what is raised and what is recorded."""
        return self._counted(exchange("POST", url, body, headers, self._patience()))

    def get(self, url: str) -> Exchange:
        """Fetch a document."""
        return self._counted(exchange("GET", url, answer_seconds=self._patience()))

    def check_reachable(self) -> None:
        """Raises Unreachable when nobody takes a connection."""
        parts = urlsplit(self.base)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            socket.create_connection((parts.hostname or "", port), CONNECT_SECONDS).close()
        except OSError as error:
            raise Unreachable(f"nobody takes a connection at {self.base}: {error.strerror or error}") from error

    def _patience(self) -> float:
        return min(self.answer_seconds, _SHORT_SECONDS) if self._unanswered >= _PATIENCE else self.answer_seconds

    def _counted(self, done: Exchange) -> Exchange:
        self._unanswered = self._unanswered + 1 if done.answer is None else 0
        return done

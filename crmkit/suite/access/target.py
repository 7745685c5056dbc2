"""The system under test: where its services are, and how it is asked."""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from crm_contract.contract import SERVICES, Contract
from crmkit.suite.access.connection import Connection
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.access.noting import Noted, exchange_noted
from crmkit.suite.access.pools import CONNECT_SECONDS
from crmkit.suite.errors import CouldNotTest, Unreachable
from crmkit.suite.evidence import Transcript

# After so many unanswered requests in a row the suite waits only briefly: a target that never answers has shown it.
_PATIENCE = 2
_SHORT_SECONDS = 5.0


class BadUrl(ValueError):
    """A URL that cannot be one of a target; one line for the user."""


def base_url(given: str) -> str:
    """The base of a target's services from what a user gives: with or without slash, or one service's own URL.

    Raises BadUrl for anything but an http or https URL with a host.
    """
    parts = urlsplit(checked_url(given))
    path = parts.path.rstrip("/")
    for service in SERVICES:
        if path.endswith(f"/{service.name}"):
            path = path.removesuffix(f"/{service.name}")
    return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))


def checked_url(given: str) -> str:
    """An http or https URL with a host, as it is. Raises BadUrl for anything else, and for one with a user in it."""
    try:
        parts = urlsplit(given.strip())
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port >= 0)
    except ValueError:
        is_url = False
    if not is_url:
        raise BadUrl(f"{given!r} is no URL such as http://localhost:8080")
    if "@" in parts.netloc:
        # Not repeated: there is a password in it.
        raise BadUrl("user and password do not belong into a URL: name their environment variables in a profile")
    return given.strip()


@dataclass
class Target:
    """Services at `base`, or each at its own of the `endpoints`, spoken to in `contract` over `connection`.

    `answer_seconds` is how long an answer may take. An empty `base` has no services but those of the endpoints.
    """

    base: str
    contract: Contract
    answer_seconds: float = 30.0
    endpoints: Mapping[str, str] = field(default_factory=dict)
    connection: Connection = field(default_factory=Connection)
    # Where calls are noted; the run's, once there is one.
    transcript: Transcript | None = field(default=None, init=False, repr=False)
    _unanswered: int = field(default=0, init=False)

    def service_url(self, service: str) -> str:
        """Where a wsdl:service listens. Raises CouldNotTest where nobody has said it."""
        if service in self.endpoints:
            return self.endpoints[service]
        if not self.base:
            raise CouldNotTest(f"give target.endpoints.{service}, or target.base_url, in the profile")
        return f"{self.base}/{service}"

    @property
    def shown_url(self) -> str:
        """What a report calls the target's address."""
        return self.base or next(iter(self.endpoints.values()), "")

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Exchange:
        """Send a message; see `exchange` for what is raised and what is recorded."""
        noted = Noted(self.transcript, "target", "soap", self._operation(url, headers))
        return self._counted(
            exchange_noted(noted, "POST", url, body, headers, self._patience(), self.connection.exchange)
        )

    def get(self, url: str) -> Exchange:
        """Fetch a document."""
        noted = Noted(self.transcript, "target", "http", f"GET {url.rsplit('/', 1)[-1]}")
        return self._counted(exchange_noted(noted, "GET", url, b"", None, self._patience(), self.connection.exchange))

    def check_reachable(self, services: Collection[str] = ()) -> None:
        """Raises Unreachable when nobody takes a connection where one of the services is, or at the base."""
        urls = [self.service_url(service) for service in services if self.base or service in self.endpoints]
        for url in {urlsplit(url)[:2]: url for url in reversed(urls or [self.shown_url])}.values():
            _connect(url)

    def _operation(self, url: str, headers: dict[str, str]) -> str:
        """What a message is called: its operation, else the service that it goes to."""
        action = headers.get("SOAPAction", "").strip('"')
        found = [each.name for each in self.contract.operations.values() if action and each.soap_action == action]
        return found[0] if found else url.rsplit("/", 1)[-1]

    def _patience(self) -> float:
        return min(self.answer_seconds, _SHORT_SECONDS) if self._unanswered >= _PATIENCE else self.answer_seconds

    def _counted(self, done: Exchange) -> Exchange:
        self._unanswered = self._unanswered + 1 if done.answer is None else 0
        return done


def _connect(url: str) -> None:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), CONNECT_SECONDS).close()
    except OSError as error:
        raise Unreachable(f"nobody takes a connection at {url}: {error.strerror or error}") from error

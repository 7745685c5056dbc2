"""Waiting for servers to come up, and noticing when one is gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus

import requests

from crmkit.launcher.errors import ServerFailed, StopRequested
from crmkit.launcher.processes import Server, describe_exit

_ASK_EVERY_SECONDS = 0.03
_ANSWER_SECONDS = 2.0


class ServerGone(ServerFailed):
    """A server ended although nobody told it to."""

    def __init__(self, server: Server, code: int) -> None:
        self.server = server
        self.code = code
        super().__init__(_with_log(f"{server.spec.name} died ({describe_exit(code)})", server))


def require_alive(servers: Iterable[Server]) -> None:
    """Raise ServerGone for the first server that is not running any more."""
    for server in servers:
        if (code := server.exit_code()) is not None:
            raise ServerGone(server, code)


def wait_until_healthy(
    servers: Sequence[Server],
    seconds: float,
    say: Callable[[str], None],
    stop_requested: Callable[[], bool],
) -> None:
    """Return when all are healthy. Raises ServerGone, ServerFailed after `seconds`, or StopRequested."""
    start = time.monotonic()
    pending = list(servers)
    with requests.Session() as session:
        session.trust_env = False  # no proxy between here and the loopback interface
        session.headers["Connection"] = "close"
        while pending:
            for server in list(pending):
                if stop_requested():
                    raise StopRequested
                require_alive(servers)
                if _is_healthy(session, server.spec.health_url):
                    pending.remove(server)
                    say(f"{server.spec.name} is up ({time.monotonic() - start:.1f} s)")
            if pending and time.monotonic() - start > seconds:
                raise _not_healthy(pending, seconds)
            if pending:
                time.sleep(_ASK_EVERY_SECONDS)
    # Somebody else may have answered on the port of a server that could not have it.
    require_alive(servers)


def _is_healthy(session: requests.Session, url: str) -> bool:
    try:
        with session.get(url, timeout=_ANSWER_SECONDS, stream=True, allow_redirects=False) as answer:
            return answer.status_code == HTTPStatus.OK
    except requests.RequestException:
        return False


def _not_healthy(pending: Sequence[Server], seconds: float) -> ServerFailed:
    names = ", ".join(server.spec.name for server in pending)
    return ServerFailed(_with_log(f"{names} did not come up within {seconds:g} s", *pending))


def _with_log(headline: str, *servers: Server) -> str:
    lines = [headline]
    for server in servers:
        words = server.last_words()
        if words:
            lines += [f"the end of {server.log}:", *(f"  {line}" for line in words)]
        else:
            lines.append(f"it printed nothing to {server.log}" if len(servers) == 1 else f"{server.log}: nothing")
    return "\n".join(lines)

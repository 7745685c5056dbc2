"""Lines for a shell: what sends a message once more, and what makes a scenario of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from crmkit.evidence.document import CallEntry
from crmkit.evidence.html.wording import file_link

_BREAK = " \\\n  "
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ENVIRONMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What curl sets itself, or what held for one connection only.
_LEFT_TO_CURL = frozenset(
    ("accept", "accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent")
)
_SECRET = re.compile(r"auth|cookie|token|secret|passw|credential|api-?key|session|signature", re.IGNORECASE)


def curl(call: CallEntry, profile: Mapping[str, Any] | None = None) -> str | None:
    """The line that replays a call from the report's folder, None for a call that none can.

    Every argument is quoted for a POSIX shell. Secrets are never in it: credentials come from the environment variables
    that the profile names.
    """
    address = _without_user(call.url)
    if address is None or (call.request and file_link(call.request) is None):
        return None
    method = call.method or ("POST" if call.request else "GET")
    parts = [f"curl --include --globoff --request {_quoted(method)} --url {_quoted(address)}"]
    for name, value in call.request_headers.items():
        if name.lower() in _LEFT_TO_CURL or not _TOKEN.fullmatch(name) or _SECRET.search(name):
            continue
        line = " ".join(value.split())
        parts.append(f"--header {_quoted(f'{name}: {line}' if line else f'{name};')}")
    parts += _access(call, address, profile or {})
    if call.request:
        parts.append(f"--data-binary {_quoted('@' + call.request)}")
    return _BREAK.join(parts)


def as_scenario(row: str, scenario: str) -> str:
    """The line that prints a recorded scenario as a feature, to run it, changed or not, as one's own."""
    return f"crmkit report scenario . {_quoted(row)} --scenario {_quoted(scenario)}"


def _access(call: CallEntry, address: str, profile: Mapping[str, Any]) -> list[str]:
    """How the kit said who it is, and whom it trusted."""
    credentials, tls = profile.get("credentials") or {}, profile.get("tls") or {}
    if call.called != "target":
        return []
    parts = []
    sent = {name.lower() for name in call.request_headers}
    if "authorization" in sent or credentials.get("basic_user_env"):
        user, password = (_variable(credentials, part) for part in ("user", "password"))
        parts.append(f'--user "${user}:${password}"')
    if address.startswith("https:"):
        named = {"--cacert": tls.get("ca_file"), "--cert": tls.get("client_certificate")}
        parts += [f"{option} {_quoted(str(path))}" for option, path in named.items() if path]
        parts += ["--insecure"] if tls.get("verify") is False else []
    return parts


def _variable(credentials: Mapping[str, Any], part: str) -> str:
    name = credentials.get(f"basic_{part}_env")
    return name if isinstance(name, str) and _ENVIRONMENT.fullmatch(name) else f"CRM_{part.upper()}"


def _without_user(url: str | None) -> str | None:
    """The URL without user and password; None for what is no http URL."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _quoted(argument: str) -> str:
    # A NUL cannot be an argument of anything.
    return shlex.quote(argument.replace("\0", ""))

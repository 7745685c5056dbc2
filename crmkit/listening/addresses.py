"""Addresses on which the kit listens: read from a profile, and seen to be ours and free before anything is started."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from crmkit.launcher.errors import LaunchRefused
from crmkit.launcher.options import HIGHEST_PORT
from crmkit.launcher.ports import pick_free

# Where the kit itself reaches what listens on every address of the machine.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port that is not 0. `public_url` is what others call, without a slash at its end."""

    host: str
    port: int
    public_url: str

    @property
    def near_url(self) -> str:
        """What the kit itself calls."""
        return _url(_EVERYWHERE.get(self.host, self.host), self.port)


def take(section: str, address: str, public_url: str | None = None) -> Address:
    """The address of a profile's section, such as `listen.ivr`; for port 0 a free one.

    Raises LaunchRefused, in one line that names the section, for what is no address, for one that this machine does
    not have, for a port that somebody else holds, and for a public URL that is none.
    """
    host, port = _read(section, address)
    _require_ours(section, host, port)
    if port == 0:
        port = pick_free(host, 1)[0] if ":" not in host else _free_of_kernel(section, host)
    if public_url is not None:
        _check_public(section, public_url)
    return Address(host, port, (public_url or _url(_EVERYWHERE.get(host, host), port)).rstrip("/"))


def _read(section: str, address: str) -> tuple[str, int]:
    host, colon, port = address.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > HIGHEST_PORT:
        raise LaunchRefused(f"[{section}] address {address!r} is none such as 127.0.0.1:8090")
    return host, int(port)


def _require_ours(section: str, host: str, port: int) -> None:
    try:
        family, kind, protocol, _, place = _resolved(section, host, port)
        with socket.socket(family, kind, protocol) as probe:
            # As servers do: the remains of closed connections are no hindrance, a listening server is.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen(1)
    except OSError as error:
        raise _refusal(section, host, port, error) from error


def _refusal(section: str, host: str, port: int, error: OSError) -> LaunchRefused:
    where = f"[{section}] address {host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return LaunchRefused(f"{where}: the port is in use; choose another one, or 0 for a free one")
    if error.errno == errno.EADDRNOTAVAIL:
        return LaunchRefused(f"{where}: this machine has no such address; listen on one of its own, or on 0.0.0.0")
    if isinstance(error, PermissionError):
        return LaunchRefused(f"{where}: this user may not open the port; choose one above 1023")
    return LaunchRefused(f"{where}: {error.strerror or error}")


def _resolved(section: str, host: str, port: int) -> tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple]:  # type: ignore[type-arg]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise LaunchRefused(f"[{section}] address: nobody knows a host {host!r}") from error
    return found[0]


def _free_of_kernel(section: str, host: str) -> int:
    family, kind, protocol, _, place = _resolved(section, host, 0)
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.bind(place)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise _refusal(section, host, 0, error) from error


def _check_public(section: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise LaunchRefused(f"[{section}] public_url {url!r} is no URL such as https://kit.example:8443/ivr")


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

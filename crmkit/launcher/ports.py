"""Which ports the servers take: those asked for, when they are free, and free ones for the rest."""

from __future__ import annotations

import errno
import random
import socket
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from crmkit.launcher.errors import LaunchRefused
from crmkit.launcher.options import StackOptions

_LOWEST = 20_000
_EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
# The servers of a stack that was killed a moment ago may still be going.
_GRACE_SECONDS = 1.0


@dataclass(frozen=True)
class Ports:
    """The port of each endpoint."""

    soap: int
    control: int
    landbase: int
    landbase_control: int
    ivr: int
    ivr_control: int


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now. Raises LaunchRefused when this user may not."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: the remains of closed connections are no hindrance, a listening server is.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except PermissionError as error:
            raise LaunchRefused(f"port {port}: this user may not open it; choose one above 1023") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise LaunchRefused(f"port {port} on {host}: {error.strerror or error}") from error
            return False
        return True


def require_free(host: str, requested: dict[str, int]) -> None:
    """Raise LaunchRefused, naming port and option, for the first requested port that stays in use."""
    deadline = time.monotonic() + _GRACE_SECONDS
    for option, port in requested.items():
        while not is_free(host, port):
            if time.monotonic() >= deadline:
                raise in_use(option, port)
            time.sleep(0.05)


def in_use(option: str, port: int) -> LaunchRefused:
    """The refusal for a port that somebody else holds."""
    return LaunchRefused(f"port {port} is in use; choose another with {option}, or 0 for a free one")


def choose_ports(options: StackOptions) -> Ports:
    """The requested ports, and free ones where 0 was asked for; always free ones for control of the mocks."""
    picked = iter(pick_free(options.host, 6, taken=options.requested_ports().values()))
    return Ports(
        soap=options.soap_port or next(picked),
        control=options.control_port or next(picked),
        landbase=options.landbase_port or next(picked),
        landbase_control=next(picked),
        ivr=options.ivr_port or next(picked),
        ivr_control=next(picked),
    )


def pick_free(host: str, count: int, taken: Collection[int] = ()) -> list[int]:
    """`count` different free ports, none of `taken`.

    They lie below the range from which the kernel serves outgoing connections: a server that closes its port for
    a while, as a mock that is told to be down does, must find it free when it comes back.
    """
    highest = _lowest_ephemeral_port() - 1
    if highest - _LOWEST >= 1000:
        candidates = random.sample(range(_LOWEST, highest + 1), 1000)
        ports = [port for port in candidates if port not in taken]
        found = []
        for port in ports:
            if is_free(host, port):
                found.append(port)
            if len(found) == count:
                return found
    return _ports_of_the_kernel(host, count, taken)


def _lowest_ephemeral_port() -> int:
    if sys.platform == "linux":
        try:
            return int(_EPHEMERAL_RANGE.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return 0
    return 0


def _ports_of_the_kernel(host: str, count: int, taken: Collection[int]) -> list[int]:
    # All sockets are held until the last port is known: two of them never get the same one.
    probes: list[socket.socket] = []
    try:
        ports: list[int] = []
        while len(ports) < count:
            probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            probes.append(probe)
            probe.bind((host, 0))
            port = int(probe.getsockname()[1])
            if port not in taken:
                ports.append(port)
        return ports
    finally:
        for probe in probes:
            probe.close()

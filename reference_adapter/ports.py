"""Saying in one line that a port is taken."""

from __future__ import annotations

import socket


class PortInUse(Exception):
    """Another program listens there; the text is one line."""


def check_port(host: str, port: int) -> None:
    """Raise PortInUse unless the port can be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUse(f"cannot listen on {host}:{port} ({error.strerror}); choose another port") from error

"""A landbase that has nothing, and an IVR that keeps what it is sent and answers as it is told: one loopback server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Neighbours:
    """What the IVR answers next, and what it got."""

    def __init__(self) -> None:
        self.url = ""
        self.answer = b""
        self.received: list[bytes] = []


@contextmanager
def neighbours() -> Iterator[Neighbours]:
    told = Neighbours()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(b'{"type": "FeatureCollection", "features": []}', "application/geo+json")

        def do_POST(self) -> None:
            told.received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self._say(told.answer, "text/xml; charset=utf-8")

        def _say(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

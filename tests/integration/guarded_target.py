"""A TLS server in front of an adapter: it asks for a certificate, a user and a password, and keeps what came."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
import trustme

USER, PASSWORD = "kit", "open & sesame <4711>"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass(frozen=True)
class Request:
    """What came: from whom by certificate, with which headers, and the message."""

    peer: str | None
    headers: dict[str, str]
    body: bytes


@dataclass
class Guarded:
    """The server: where it is, and what it was sent. `answer` replaces the adapter's answers when it is set."""

    url: str
    requests: list[Request] = field(default_factory=list)
    answer: Callable[[Request], tuple[int, bytes]] | None = None


@dataclass(frozen=True)
class Papers:
    """Certificates as files: who vouches, and the kit's own with its key apart."""

    authority: Path
    certificate: Path
    key: Path
    server: ssl.SSLContext


def make_papers(folder: Path) -> Papers:
    """A new authority, a server's certificate and the kit's."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    kit = authority.issue_cert("kit.example", common_name="the kit")
    kit.cert_chain_pems[0].write_to_path(str(folder / "kit.pem"))
    kit.private_key_pem.write_to_path(str(folder / "kit.key"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return Papers(folder / "ca.pem", folder / "kit.pem", folder / "kit.key", context)


@contextmanager
def guarding(adapter: str, papers: Papers, wants_basic: bool = True) -> Iterator[Guarded]:
    """The server while the context lasts; it hands on what may pass to the adapter at a base URL."""
    guarded = Guarded("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.serve(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self.serve(b"")

        def serve(self, body: bytes) -> None:
            shown: Any = self.connection
            subject = dict(pair for part in shown.getpeercert()["subject"] for pair in part)
            request = Request(subject.get("commonName"), dict(self.headers), body)
            guarded.requests.append(request)
            if wants_basic and self.headers["Authorization"] != BASIC:
                self.reply(401, b"")
            elif guarded.answer is not None:
                self.reply(*guarded.answer(request))
            else:
                sent = {"Content-Type": self.headers["Content-Type"] or "", "Accept-Encoding": "identity"}
                with requests.Session() as session:
                    session.trust_env = False
                    done = session.request(
                        self.command, adapter + self.path, data=body or None, headers=sent, timeout=30
                    )
                self.reply(done.status_code, done.content)

        def reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = papers.server.wrap_socket(server.socket, server_side=True)
    guarded.url = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield guarded
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A server that does nothing but live and, when told so by its options, misbehave."""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def main() -> int:
    options = _options()
    (options.traces / f"{options.name}-{os.getpid()}.pid").touch()
    print(f"{options.name} starts", flush=True)
    if options.refuse:
        print(options.refuse, file=sys.stderr, flush=True)
        return 2
    if options.deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda number, frame: _leave(options))
    if options.child:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
        (options.traces / f"{options.name}-child-{child.pid}.pid").touch()
    if options.die_after is not None:
        threading.Thread(target=_die, args=(options.die_after,), daemon=True).start()
    try:
        server = ThreadingHTTPServer(("127.0.0.1", options.port), _handler(503 if options.sick else 200))
    except OSError as error:
        print(f"port {options.port}: {error}", file=sys.stderr, flush=True)
        return 2
    server.serve_forever(0.05)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--traces", type=Path, required=True)
    parser.add_argument("--refuse")
    parser.add_argument("--sick", action="store_true")
    parser.add_argument("--deaf", action="store_true")
    parser.add_argument("--child", action="store_true")
    parser.add_argument("--die-after", type=float)
    return parser.parse_args()


def _leave(options: argparse.Namespace) -> None:
    with (options.traces / "stopped").open("a") as file:
        file.write(f"{options.name}\n")
    os._exit(0)


def _die(seconds: float) -> None:
    time.sleep(seconds)
    print("something went terribly wrong", flush=True)
    os._exit(7)


def _handler(status: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Handler


if __name__ == "__main__":
    sys.exit(main())

"""The adapter's processes, each in a group of its own, to be stopped and killed one by one; and its control API."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import requests
from raw_http import get
from soap_messages import SERVICE

from crmkit.launcher.ports import pick_free

T = TypeVar("T")
NO_LANDBASE = "http://127.0.0.1:9"
START_SECONDS = 40.0


def wait_for(ask: Callable[[], T], what: str, seconds: float = 15.0) -> T:
    """Ask until the answer is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        time.sleep(0.01)
    return found


class Control:
    """The control API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        # A process that was killed and started again must not be met on a dead connection.
        self._session.headers["Connection"] = "close"

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """One request; fails unless it succeeds."""
        answer = self._session.request(method, self.url + path, timeout=30, **options)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def is_up(self) -> bool:
        """Whether it answers."""
        with contextlib.suppress(requests.RequestException):
            return bool(self._session.get(f"{self.url}/health", timeout=5).ok)
        return False

    def reset(self) -> None:
        """Forget tickets, incidents, messages and faults."""
        self.ask("POST", "/reset")

    def store(self) -> dict[str, int]:
        """How much the store holds."""
        found: dict[str, Any] = self.ask("GET", "/store")
        return {name: number for name, number in found.items() if name != "now"}

    def tickets(self, **criteria: Any) -> list[dict[str, Any]]:
        """All stored tickets that match."""
        page = self.ask("GET", "/tickets", params={"limit": 100_000, **criteria})
        assert page["total"] == len(page["items"])
        items: list[dict[str, Any]] = page["items"]
        return items

    def names(self, **criteria: Any) -> list[str]:
        """The stored tickets' names, in the order of storing."""
        return [each["name"] for each in self.tickets(**criteria)]

    def slow_ims(self, interval: float | None, expires: float | None = None) -> None:
        """Make the IMS slow."""
        self.ask("PUT", "/faults/slow-ims", json={"interval_seconds": interval, "expires_after_seconds": expires})

    def release_ims(self) -> None:
        """Let the IMS get to what waits."""
        self.ask("DELETE", "/faults/slow-ims")

    def fail_internally(self, messages: int) -> None:
        """Make the next messages fail."""
        self.ask("PUT", "/faults/internal-error", json={"messages": messages})


class Process:
    """A program in a process group of its own; its output goes to `log`."""

    def __init__(self, command: Sequence[str], log: Path, environment: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )

    @property
    def pid(self) -> int:
        """Its id, and its group's."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def terminate(self) -> None:
        """Ask it to stop, without waiting."""
        self._process.terminate()

    def wait(self, seconds: float = 20.0) -> int:
        """Its exit code, once it is gone."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        """`kill -9` of the whole group, and see it gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(10)
        wait_for(lambda: not group_members(self.pid), "the end of a killed process group")

    def kill_alone(self) -> None:
        """`kill -9` of the process itself; its children are left to themselves."""
        self._process.kill()
        self._process.wait(10)

    def workers(self) -> list[int]:
        """Its children."""
        return [pid for pid, parent, _ in _processes() if parent == self.pid]


class Adapter:
    """SOAP and background process on one data directory, which outlives them; the ports stay the same."""

    def __init__(
        self,
        data: Path,
        *,
        landbase: str = NO_LANDBASE,
        ivr: str | None = None,
        workers: int = 1,
        contract: Path | None = None,
        python: str = sys.executable,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.data = data
        self.soap_port, control_port = pick_free("127.0.0.1", 2)
        self.base_url = f"http://127.0.0.1:{self.soap_port}"
        self.url = f"{self.base_url}/{SERVICE}"
        self.control = Control(f"http://127.0.0.1:{control_port}")
        self.running: dict[str, Process] = {}
        self._environment = environment
        shared = [f"--data={data}", f"--landbase={landbase}"]
        program = [python, "-P", "-m", "reference_adapter"]
        self._commands = {
            "soap": [*program, "soap", f"--port={self.soap_port}", f"--workers={workers}", *shared],
            "background": [*program, "background", f"--control-port={control_port}", *shared],
        }
        if contract:
            self._commands["soap"].append(f"--contract={contract}")
        if ivr:
            self._commands["background"].append(f"--ivr={ivr}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running.values():
            process.kill()

    @property
    def soap(self) -> Process:
        """The SOAP process."""
        return self.running["soap"]

    @property
    def background(self) -> Process:
        """The background process."""
        return self.running["background"]

    def start(self, *names: str) -> Self:
        """Start these processes (both when none is named) and wait until they answer."""
        wanted = names or ("soap", "background")
        self.launch(*wanted)
        self.wait_until_up(*wanted)
        return self

    def launch(self, *names: str) -> None:
        """Start these processes, without waiting."""
        for name in names:
            assert name not in self.running
            self.running[name] = Process(self._commands[name], self.data / f"{name}.log", self._environment)

    def wait_until_up(self, *names: str) -> None:
        """Wait until these processes answer."""
        for name in names:
            wait_for(partial(self._is_up, name), f"start of {name}", START_SECONDS)

    def kill(self, *names: str) -> None:
        """`kill -9` of these processes' groups (all when none is named)."""
        for name in names or tuple(self.running):
            self.running.pop(name).kill()

    def log(self, name: str) -> str:
        """What a process printed so far."""
        return (self.data / f"{name}.log").read_text(encoding="utf-8")

    def _is_up(self, name: str) -> bool:
        process = self.running[name]
        assert process.exit_code() is None, f"{name} ended: {self.log(name)[-2000:]}"
        if name == "background":
            return self.control.is_up()
        try:
            return get(f"{self.url}?wsdl").status == 200
        except OSError:
            return False


@dataclass(frozen=True)
class SharedAdapter:
    """A running adapter beside a mock landbase; `url` is its service's."""

    base_url: str
    url: str
    control: Control
    data: Path

    def log(self) -> str:
        """What the SOAP process printed so far."""
        return (self.data / "logs" / "soap.log").read_text(encoding="utf-8")


def group_members(group: int) -> list[int]:
    """The living processes of a group."""
    return [pid for pid, _, its_group in _processes() if its_group == group]


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    return any(pid == each for each, _, _ in _processes())


def worker_behind(server_port: int, client_port: int, workers: Sequence[int]) -> int:
    """Which worker holds the other end of a connection."""
    inode = wait_for(lambda: _accepted_inode(server_port, client_port), "the accepted connection")
    for pid in workers:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if entry.readlink() == Path(f"socket:[{inode}]"):
                    return pid
    raise AssertionError("no worker holds the connection")


def _accepted_inode(server_port: int, client_port: int) -> str | None:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        ports = [int(address.rpartition(":")[2], 16) for address in fields[1:3]]
        if ports == [server_port, client_port] and fields[9] != "0":
            return fields[9]
    return None


def _processes() -> Iterator[tuple[int, int, int]]:
    """Process id, parent and group of everything that runs."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name in parentheses may hold anything.
                state, parent, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                if state not in "ZX":
                    yield int(entry.name), int(parent), int(group)

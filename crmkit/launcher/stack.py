"""The servers together: prepared, started, watched, stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import TracebackType

from crmkit.launcher.demo import fill_with_demo
from crmkit.launcher.errors import LaunchError, LaunchRefused, StopRequested
from crmkit.launcher.layout import DataDirectory, DirectoryLock, MakeTown
from crmkit.launcher.options import StackOptions
from crmkit.launcher.ports import Ports, choose_ports, in_use, is_free, require_free
from crmkit.launcher.processes import Server
from crmkit.launcher.readiness import ServerGone, require_alive, wait_until_healthy
from crmkit.launcher.servers import ServersOf, crm_servers
from crmkit.town import TownError, write_town

_ATTEMPTS = 5
_USAGE = 2


@dataclass(frozen=True)
class StackUrls:
    """Where the servers are reached."""

    soap: str
    control: str
    landbase: str
    landbase_control: str
    ivr: str
    ivr_control: str

    def as_dict(self) -> dict[str, str]:
        """By name, in a fixed order."""
        return asdict(self)


class Stack:
    """All servers on one data directory.

    A context manager that gives the URLs; what goes wrong is a LaunchError. `servers` and `make_town` are what it
    starts and what it fills an empty directory with; `say` gets progress, a line each; `stop_requested` is asked
    while it waits, and ends the start with StopRequested when true.
    """

    def __init__(
        self,
        options: StackOptions,
        *,
        servers: ServersOf = crm_servers,
        make_town: MakeTown = write_town,
        say: Callable[[str], None] = lambda line: None,
        stop_requested: Callable[[], bool] = lambda: False,
    ) -> None:
        self._options = options
        self._servers_of = servers
        self._make_town = make_town
        self._say = say
        self._stop_requested = stop_requested
        self._running: list[Server] = []
        self._data: DataDirectory | None = None
        self._lock: DirectoryLock | None = None

    def __enter__(self) -> StackUrls:
        try:
            return self.start(self.prepare())
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def prepare(self) -> DataDirectory:
        """Check the options and the requested ports, take the data directory, and see to its town.

        Raises LaunchRefused.
        """
        self._options.check()
        require_free(self._options.host, self._options.requested_ports())
        data = DataDirectory.at(self._options.data)
        self._lock = data.lock()
        if data.has_town():
            self._say(f"taking up the data in {data.root}")
        else:
            self._say(f"making a town in {data.town}")
            try:
                self._make_town(data.town)
            except TownError as error:
                raise LaunchRefused(str(error)) from error
        return data

    def start(self, data: DataDirectory) -> StackUrls:
        """Start all servers, wait until they are healthy, and fill the store when asked to.

        A free port can be gone before its server opens it; then all start again on other ports. Raises
        LaunchError, StopRequested.
        """
        for attempts_left in reversed(range(_ATTEMPTS)):
            ports = choose_ports(self._options)
            try:
                self._start_on(ports, data)
                break
            except ServerGone as gone:
                self._stop_servers()
                if not attempts_left or not self._lost_its_port(gone):
                    raise self._explained(gone) from gone
                self._say("a free port was taken meanwhile; starting again on others")
        urls = self._urls(ports)
        if self._options.demo:
            fill_with_demo(urls.soap, urls.control, urls.landbase, self._say, self._stop_requested)
        return urls

    def check(self) -> None:
        """Raise ServerGone when a server is not running any more."""
        require_alive(self._running)

    def stop(self) -> None:
        """Stop all servers and give the data directory back. Harmless when nothing runs."""
        self._stop_servers()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _start_on(self, ports: Ports, data: DataDirectory) -> None:
        lock = [self._lock.descriptor] if self._lock else []
        for spec in self._servers_of(self._options, ports, data):
            if self._stop_requested():
                raise StopRequested
            try:
                self._running.append(Server(spec, data.log(spec.name), keep_open=lock))
            except OSError as error:
                raise LaunchError(f"{spec.name} cannot be started: {error}") from error
        wait_until_healthy(self._running, self._options.start_seconds, self._say, self._stop_requested)

    def _stop_servers(self) -> None:
        # Who uses another server goes first: a message under way still finds the landbase.
        killed = []
        while self._running:
            server = self._running.pop()
            if self._options.is_thrown_away:
                server.kill()
                continue
            if not server.stop():
                killed.append(server.spec)
        for spec in killed:
            self._say(f"{spec.name} did not stop within {spec.stop_seconds:g} s and was killed")

    def _lost_its_port(self, gone: ServerGone) -> bool:
        """Whether a port that was picked for the server now belongs to somebody else; asked when all are stopped."""
        requested = self._options.requested_ports().values()
        return any(port not in requested and not is_free(self._options.host, port) for port in gone.server.spec.ports)

    def _explained(self, gone: ServerGone) -> LaunchError:
        """A server that ends by itself while it starts may have been refused something the user can change."""
        for option, port in self._options.requested_ports().items():
            if port in gone.server.spec.ports and not is_free(self._options.host, port):
                return in_use(option, port)
        words = gone.server.last_words()
        if gone.code == _USAGE and words:
            return LaunchRefused(f"{gone.server.spec.name} refuses to start: {words[-1]}")
        return gone

    def _urls(self, ports: Ports) -> StackUrls:
        host = self._options.host
        return StackUrls(
            soap=f"http://{host}:{ports.soap}",
            control=f"http://{host}:{ports.control}",
            landbase=f"http://{host}:{ports.landbase}",
            landbase_control=f"http://{host}:{ports.landbase_control}",
            ivr=f"http://{host}:{ports.ivr}",
            ivr_control=f"http://{host}:{ports.ivr_control}",
        )

"""The kit as a target's neighbours: the mock IVR and the mock landbase on the addresses of a profile."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crmkit.launcher.errors import LaunchRefused
from crmkit.launcher.ports import pick_free
from crmkit.launcher.processes import Server, ServerSpec
from crmkit.launcher.readiness import ServerGone, wait_until_healthy
from crmkit.listening.addresses import Address, take
from crmkit.profile.model import LandbaseListener, Listen, Listener
from crmkit.town import TownError, write_town

IVR_SERVICE = "SendCallBacksService"
_START_SECONDS = 30.0
_USAGE = 2
# Enough landbase objects for every scenario, and quickly made.
_USAGE_POINTS = 1000
# What tells the mocks how to behave is nobody else's business.
_CONTROL_HOST = "127.0.0.1"


@contextmanager
def neighbours(
    listen: Listen,
    adapter: str,
    *,
    contract: Path | None = None,
    retry_seconds: float | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Iterator[dict[str, str]]:
    """Listen while the context lasts; URLs with the keys of the control API's GET /neighbours.

    `ivr` and `ivr_control` are there where the profile has `[listen.ivr]`, `landbase` and `landbase_control` where it
    has `[listen.landbase]`; all are those under which the kit itself reaches them. What the target is to call is said
    (`say`, a line each). `adapter` is the base URL of the target's services, which the IVR reports to;
    `retry_seconds` how long after a failure it does so again, where it is not to be the usual time. Raises
    LaunchRefused, in one line, for an address that cannot be had or a town that cannot be used, and LaunchError.
    """
    with tempfile.TemporaryDirectory(prefix="crmkit-listen-") as folder:
        specs: list[ServerSpec] = []
        urls: dict[str, str] = {}
        if listen.landbase is not None:
            specs.append(_landbase(listen.landbase, Path(folder), urls, say))
        if listen.ivr is not None:
            specs.append(_ivr(listen.ivr, adapter, contract, retry_seconds, urls, say))
        running: list[Server] = []
        try:
            for spec in specs:
                running.append(Server(spec, Path(folder) / f"{spec.name}.log"))
            _await(running)
            yield urls
        finally:
            for server in reversed(running):
                server.stop()


def _landbase(listener: LandbaseListener, folder: Path, urls: dict[str, str], say: Callable[[str], None]) -> ServerSpec:
    address = take("listen.landbase", listener.address, listener.public_url)
    town = listener.town
    if town is None:
        town = folder / "town"
        try:
            write_town(town, usage_points=_USAGE_POINTS)
        except TownError as error:
            raise LaunchRefused(str(error)) from error
    say(f"listening as landbase at {address.public_url}")
    return _spec("landbase", "mock_landbase", address, listener, [f"--town={town.absolute()}"], urls)


def _ivr(
    listener: Listener,
    adapter: str,
    contract: Path | None,
    retry_seconds: float | None,
    urls: dict[str, str],
    say: Callable[[str], None],
) -> ServerSpec:
    address = take("listen.ivr", listener.address, listener.public_url)
    say(f"listening as IVR at {address.public_url}/{IVR_SERVICE}")
    options = [f"--adapter={adapter}"]
    if contract is not None:
        options.append(f"--contract={contract.absolute()}")
    if retry_seconds is not None:
        options.append(f"--retry-seconds={retry_seconds:g}")
    return _spec("ivr", "mock_ivr", address, listener, options, urls)


def _spec(
    name: str, module: str, address: Address, listener: Listener, options: list[str], urls: dict[str, str]
) -> ServerSpec:
    control = pick_free(_CONTROL_HOST, 1, taken=[address.port])[0]
    urls[name], urls[f"{name}_control"] = address.near_url, f"http://{_CONTROL_HOST}:{control}"
    public = [f"--public-url={address.public_url}"] if listener.public_url else []
    places = [f"--host={address.host}", f"--port={address.port}", f"--control-host={_CONTROL_HOST}"]
    argv = [sys.executable, "-P", "-m", module, *places, f"--control-port={control}", *public, *options]
    return ServerSpec(name, argv, f"{urls[f'{name}_control']}/health", (address.port, control))


def _await(running: list[Server]) -> None:
    try:
        wait_until_healthy(running, _START_SECONDS, lambda line: None, lambda: False)
    except ServerGone as gone:
        words = gone.server.last_words()
        # What a mock says of what it was asked for: a town that is none, or a port that was taken meanwhile.
        if gone.code == _USAGE and words:
            name = gone.server.spec.name
            said = words[-1].removeprefix(f"mock_{name}: ")
            raise LaunchRefused(f"[listen.{name}] refuses to start: {said}") from gone
        raise

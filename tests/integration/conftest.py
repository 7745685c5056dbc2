"""A small town, and an adapter on it that most tests share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import requests
from adapter_processes import Adapter, Control, SharedAdapter
from landbase_process import TIMEOUT, Landbase, free_port, healthy, start, wait_for
from landbase_process import USAGE_POINTS as LANDBASE_USAGE_POINTS
from raw_http import HttpAnswer, check_error_body, raw_post
from soap_messages import SERVICE, Fault, create_message, read_fault, read_reply

from crmkit.launcher import Stack, StackOptions
from crmkit.town import write_town

# A run of the whole suite takes hundreds, of every priority.
USAGE_POINTS = 3000


@pytest.fixture(scope="session")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town's files; made in a moment, and big enough."""
    town = tmp_path_factory.mktemp("small-town") / "town"
    write_town(town, usage_points=USAGE_POINTS)
    return town


@pytest.fixture(scope="session")
def data_directory(small_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a data directory with the small town in it."""

    def make(name: str) -> Path:
        data = tmp_path_factory.mktemp(name)
        shutil.copytree(small_town, data / "town")
        return data

    return make


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedAdapter]:
    """The servers as `crmkit up` starts them, for the whole session."""
    data = tmp_path_factory.mktemp("shared") / "data"
    with Stack(StackOptions(data=data), make_town=partial(write_town, usage_points=USAGE_POINTS)) as urls:
        yield SharedAdapter(urls.soap, f"{urls.soap}/{SERVICE}", Control(urls.control), data)


@pytest.fixture
def adapter(running_stack: SharedAdapter) -> SharedAdapter:
    """The shared adapter with an empty store."""
    running_stack.control.reset()
    return running_stack


@pytest.fixture(scope="module")
def module_adapter(request: pytest.FixtureRequest, data_directory: Callable[[str], Path]) -> Iterator[Adapter]:
    """An adapter of a module's own that it may kill; not started yet."""
    with Adapter(data_directory(request.module.__name__)) as own:
        yield own


@pytest.fixture
def refused(adapter: SharedAdapter) -> Iterator[Callable[..., HttpAnswer]]:
    """Sends what is to be refused; afterwards nothing was stored, and the next message is served."""
    before = adapter.control.store()

    def send(body: bytes, headers: dict[str, str] | None = None, method: str = "POST", path: str = "") -> HttpAnswer:
        answer = raw_post(adapter.url + path, body, headers, method)
        assert answer.status >= 400
        check_error_body(answer)
        return answer

    yield send
    assert adapter.control.store() == before
    assert read_reply(raw_post(adapter.url, create_message("after")).body).result == "OK"


@pytest.fixture
def faulted(refused: Callable[..., HttpAnswer]) -> Callable[..., Fault]:
    """Sends what is to be answered with HTTP 500 and a SOAP fault; gives the fault."""

    def send(body: bytes, headers: dict[str, str] | None = None) -> Fault:
        answer = refused(body, headers)
        assert answer.status == 500
        return read_fault(answer.body)

    return send


@pytest.fixture(scope="session")
def running_landbase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landbase]:
    """A landbase process, for the whole session."""
    town = tmp_path_factory.mktemp("landbase") / "town"
    write_town(town, 1, LANDBASE_USAGE_POINTS)
    port, control_port = free_port(), free_port()
    process = start(town, port, control_port)
    landbase = Landbase(port, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{control_port}", town)
    try:
        wait_for(lambda: healthy(landbase.control))
        yield landbase
        process.terminate()
        output = process.communicate(timeout=TIMEOUT)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, *output) == (0, "", "")


@pytest.fixture
def landbase(running_landbase: Landbase) -> Landbase:
    """The landbase, behaving, with an empty journal."""
    running_landbase.behave("normal")
    requests.delete(f"{running_landbase.control}/journal", timeout=TIMEOUT).raise_for_status()
    return running_landbase

"""The launcher with stub servers in the place of the real ones: what lives, what dies, and what is said about it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from launcher_stubs import stub_stack
from launcher_stubs.processes_seen import is_alive, on_linux, wait_for, wait_until_gone
from launcher_stubs.stub_stack import NAMES, stub_servers

from crmkit.launcher import LaunchError, LaunchRefused, ServerFailed, Stack, StackOptions, StopRequested
from crmkit.launcher.demo import fill_with_demo
from crmkit.launcher.layout import DataDirectory
from crmkit.launcher.ports import Ports, is_free, pick_free
from crmkit.launcher.processes import ServerSpec


class Ground:
    """A folder for a stack, the traces its servers leave, and the up-like processes to end after the test."""

    def __init__(self, folder: Path) -> None:
        self.traces = folder / "traces"
        self.traces.mkdir()
        self.data = folder / "data"
        self.ready = folder / "ready.json"
        self.options = StackOptions(self.data)
        self.made_towns: list[Path] = []
        self.said: list[str] = []
        self.started: list[subprocess.Popen[str]] = []

    def stack(self, manners: Mapping[str, Sequence[str]] | None = None, **options: Any) -> Stack:
        return Stack(
            replace(self.options, **options),
            servers=stub_servers(self.traces, manners),
            make_town=self.make_town,
            say=self.said.append,
        )

    def make_town(self, folder: Path) -> None:
        self.made_towns.append(folder)
        folder.mkdir()
        (folder / "town.json").write_text("{}")

    def up(self, **told: Any) -> "subprocess.Popen[str]":
        (self.data / "town").mkdir(parents=True, exist_ok=True)
        (self.data / "town" / "town.json").write_text("{}")
        told = {"data": str(self.data), "traces": str(self.traces), "ready_file": str(self.ready)} | told
        process = subprocess.Popen(
            [sys.executable, stub_stack.__file__, json.dumps(told)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def up_and_ready(self, **told: Any) -> "subprocess.Popen[str]":
        process = self.up(**told)
        wait_for(lambda: self.ready.exists() or process.poll() is not None, 20, "the ready file")
        return process

    def pids(self, name: str = "") -> list[int]:
        return [int(path.stem.rpartition("-")[2]) for path in self.traces.glob(f"{name}*.pid")]


def holder_of(port: int) -> socket.socket:
    """Somebody who has the port and answers nobody."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", port))
    return holder


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    ground = Ground(tmp_path)
    yield ground
    for process in ground.started:
        process.kill()
        process.communicate()
    for pid in ground.pids():
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_all_servers_answer_while_the_stack_is_entered_and_are_gone_after(ground: Ground) -> None:
    with ground.stack() as urls:
        for url in (urls.soap, urls.control, urls.landbase, urls.ivr):
            assert requests.get(url, timeout=5).status_code == 200
        pids = ground.pids()
        assert len(pids) == 4
        assert all(map(is_alive, pids))
        assert len({*urls.as_dict().values()}) == 6
    assert not any(map(is_alive, pids))


def test_servers_are_told_to_stop_users_of_others_first(ground: Ground) -> None:
    with ground.stack():
        pass
    assert (ground.traces / "stopped").read_text().split() == ["soap", "background", "ivr", "landbase"]


def test_requested_ports_are_used(ground: Ground) -> None:
    soap, control, landbase, ivr = pick_free("127.0.0.1", 4)
    with ground.stack(soap_port=soap, control_port=control, landbase_port=landbase, ivr_port=ivr) as urls:
        assert urls.soap == f"http://127.0.0.1:{soap}"
        assert urls.control == f"http://127.0.0.1:{control}"
        assert urls.landbase == f"http://127.0.0.1:{landbase}"
        assert urls.ivr == f"http://127.0.0.1:{ivr}"


def test_logs_are_kept_by_server_and_appended_to(ground: Ground) -> None:
    for _ in range(2):
        with ground.stack():
            pass
    for name in NAMES:
        assert (ground.data / "logs" / f"{name}.log").read_text() == f"{name} starts\n" * 2


def test_a_new_directory_gets_a_town_and_an_existing_one_is_taken_up(ground: Ground) -> None:
    with ground.stack():
        assert ground.made_towns == [ground.data / "town"]
    with ground.stack():
        assert len(ground.made_towns) == 1


def test_an_error_in_the_block_stops_the_servers(ground: Ground) -> None:
    with pytest.raises(ZeroDivisionError), ground.stack():
        raise ZeroDivisionError
    assert len(ground.pids()) == 4
    assert not any(map(is_alive, ground.pids()))


def test_a_server_that_died_is_named_with_its_exit_code_and_last_lines(ground: Ground) -> None:
    stack = ground.stack()
    with stack:
        stack.check()
        (pid,) = ground.pids("background")
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ServerFailed) as failure:
            wait_for(lambda: stack.check(), 5, "the death to be noticed")
    said = str(failure.value).splitlines()
    assert said[0] == "background died (exit code -9, SIGKILL)"
    assert said[-1].strip() == "background starts"
    assert failure.value.exit_code == 1


def test_a_server_that_dies_while_starting_is_named_and_nothing_stays(ground: Ground) -> None:
    with pytest.raises(ServerFailed, match=r"^landbase died \(exit code 7\)(.|\n)*something went terribly wrong"):
        ground.stack({"landbase": ["--sick", "--die-after=0.3"]}).__enter__()
    assert not any(map(is_alive, ground.pids()))


def test_a_server_that_never_becomes_healthy_is_named_within_the_bound(ground: Ground) -> None:
    with pytest.raises(ServerFailed) as failure:
        ground.stack({"soap": ["--sick"]}, start_seconds=1).__enter__()
    said = str(failure.value).splitlines()
    assert said[0] == "soap did not come up within 1 s"
    assert said[-1].strip() == "soap starts"
    assert len(ground.pids()) == 4
    assert not any(map(is_alive, ground.pids()))


def test_the_end_of_the_log_is_that_of_this_start(ground: Ground) -> None:
    log = DataDirectory.at(ground.data).log("soap")
    log.write_text("of last year\n")
    with pytest.raises(ServerFailed) as failure:
        ground.stack({"soap": ["--sick"]}, start_seconds=0.5).__enter__()
    assert "of last year" not in str(failure.value)
    assert log.read_text().startswith("of last year\n")


def test_what_a_server_refuses_is_the_users_mistake(ground: Ground) -> None:
    with pytest.raises(LaunchRefused) as refusal:
        ground.stack({"soap": ["--refuse=line 3 of the contract is wrong"]}).__enter__()
    assert str(refusal.value) == "soap refuses to start: line 3 of the contract is wrong"
    assert refusal.value.exit_code == 2


def test_a_server_that_ignores_the_request_is_killed_with_its_children(ground: Ground) -> None:
    with ground.stack({"background": ["--deaf", "--child"]}):
        wait_for(lambda: ground.pids("background-child"), 5, "the child")
        assert len(ground.pids("background")) == 2
    wait_until_gone(ground.pids())
    assert ground.said[-1] == "background did not stop within 1 s and was killed"


def test_children_that_a_server_leaves_behind_are_ended_too(ground: Ground) -> None:
    with ground.stack({"soap": ["--child"]}):
        wait_for(lambda: ground.pids("soap-child"), 5, "the child")
    wait_until_gone(ground.pids())


@pytest.mark.parametrize("option", ["soap_port", "control_port", "landbase_port", "ivr_port"])
def test_a_requested_port_in_use_is_refused_before_anything_starts(
    ground: Ground, taken_port: int, option: str
) -> None:
    with pytest.raises(LaunchRefused) as refusal:
        ground.stack(**{option: taken_port}).__enter__()
    name = "--" + option.replace("_", "-")
    assert str(refusal.value) == f"port {taken_port} is in use; choose another with {name}, or 0 for a free one"
    assert not ground.data.exists()
    assert not ground.pids()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"workers": 0}, "--workers is 1 or more, not 0"),
        ({"soap_port": -1}, "--soap-port is 0 to 65535, not -1"),
        ({"ivr_port": 65536}, "--ivr-port is 0 to 65535, not 65536"),
        ({"soap_port": 8080, "landbase_port": 8080}, "--soap-port and --landbase-port are both 8080"),
        ({"control_port": 8080, "ivr_port": 8080}, "--control-port and --ivr-port are both 8080"),
    ],
)
def test_options_that_cannot_be_are_refused(ground: Ground, options: dict[str, int], said: str) -> None:
    with pytest.raises(LaunchRefused) as refusal:
        ground.stack(**options).__enter__()
    assert str(refusal.value) == said
    assert not ground.data.exists()


def test_a_data_path_that_is_a_file_is_refused(ground: Ground) -> None:
    ground.data.write_text("")
    with pytest.raises(LaunchRefused, match=r"^--data .* is not a directory$"):
        ground.stack().__enter__()


def test_a_data_path_below_a_file_is_refused(ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LaunchRefused, match=r"^--data .*: Not a directory$"):
        ground.stack(data=tmp_path / "file" / "below").__enter__()


def test_a_contract_that_is_no_file_is_refused(ground: Ground, tmp_path: Path) -> None:
    with pytest.raises(LaunchRefused, match=r"^--contract .* is not a file$"):
        ground.stack(contract=tmp_path / "missing.toml").__enter__()


def test_a_data_directory_serves_one_stack_at_a_time(ground: Ground) -> None:
    with ground.stack():
        pids = ground.pids()
        with pytest.raises(LaunchRefused) as refusal:
            ground.stack().__enter__()
        assert str(refusal.value).startswith(f"{ground.data} is in use by another crmkit")
        assert "\n" not in str(refusal.value)
        assert ground.pids() == pids
        assert all(map(is_alive, pids))
    with ground.stack():
        pass


def test_a_free_port_that_was_taken_meanwhile_is_replaced(ground: Ground) -> None:
    usual = stub_servers(ground.traces)
    with socket.socket() as thief:

        def robbed_once(options: StackOptions, ports: Ports, data: DataDirectory) -> list[ServerSpec]:
            if thief.getsockname()[1] == 0:
                thief.bind(("127.0.0.1", ports.soap))
            return usual(options, ports, data)

        stack = Stack(ground.options, servers=robbed_once, make_town=ground.make_town, say=ground.said.append)
        with stack as urls:
            assert urls.soap != f"http://127.0.0.1:{thief.getsockname()[1]}"
            assert requests.get(urls.soap, timeout=5).status_code == 200
    assert len([line for line in ground.said if "taken meanwhile" in line]) == 1
    assert not any(map(is_alive, ground.pids()))


def test_free_ports_that_are_always_taken_are_given_up(ground: Ground) -> None:
    usual = stub_servers(ground.traces)
    thieves: list[socket.socket] = []

    def always_robbed(options: StackOptions, ports: Ports, data: DataDirectory) -> list[ServerSpec]:
        thieves.append(holder_of(ports.landbase))
        return usual(options, ports, data)

    try:
        with pytest.raises((ServerFailed, LaunchRefused), match=r"landbase"):
            Stack(ground.options, servers=always_robbed, make_town=ground.make_town).__enter__()
        assert len(thieves) == 5
    finally:
        for thief in thieves:
            thief.close()


def test_a_requested_port_that_is_taken_meanwhile_is_named(ground: Ground) -> None:
    usual = stub_servers(ground.traces)
    (port,) = pick_free("127.0.0.1", 1)
    thieves: list[socket.socket] = []

    def robbed(options: StackOptions, ports: Ports, data: DataDirectory) -> list[ServerSpec]:
        thieves.append(holder_of(ports.control))
        return usual(options, ports, data)

    options = replace(ground.options, control_port=port)
    try:
        with pytest.raises(LaunchRefused, match=rf"^port {port} is in use; choose another with --control-port"):
            Stack(options, servers=robbed, make_town=ground.make_town).__enter__()
    finally:
        thieves[0].close()


def test_free_ports_differ_and_are_none_of_those_taken() -> None:
    first = pick_free("127.0.0.1", 50)
    assert len(set(first)) == 50
    assert all(is_free("127.0.0.1", port) for port in first)
    taken = range(20_000, 30_000)
    assert not set(pick_free("127.0.0.1", 10, taken=taken)) & set(taken)


def test_a_stop_request_ends_the_start(ground: Ground) -> None:
    stack = Stack(
        ground.options,
        servers=stub_servers(ground.traces, {"soap": ["--sick"]}),
        make_town=ground.make_town,
        stop_requested=lambda: bool(ground.pids("soap")),
    )
    with pytest.raises(StopRequested):
        stack.__enter__()
    assert not any(map(is_alive, ground.pids()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_up_stops_all_on_a_signal_and_takes_the_ready_file_away(ground: Ground, number: signal.Signals) -> None:
    process = ground.up_and_ready()
    urls = json.loads(ground.ready.read_text())
    assert list(urls) == ["soap", "control", "landbase", "landbase_control", "ivr", "ivr_control"]
    assert requests.get(urls["soap"], timeout=5).status_code == 200
    pids = ground.pids()
    assert len(pids) == 5
    process.send_signal(number)
    printed, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert errors == ""
    assert urls["soap"] in printed
    assert urls["landbase_control"] in printed
    assert urls["ivr_control"] in printed
    assert not any(map(is_alive, pids))
    assert not ground.ready.exists()


def test_up_can_be_stopped_while_it_starts(ground: Ground) -> None:
    ground.ready.write_text("stale")
    process = ground.up(manners={"soap": ["--sick"]})
    wait_for(lambda: ground.pids("soap"), 20, "the servers")
    assert not ground.ready.exists()
    process.terminate()
    assert process.wait(10) == 0
    assert process.communicate()[1] == ""
    assert not any(map(is_alive, ground.pids()))


def test_up_says_which_server_died_and_stops_the_rest(ground: Ground) -> None:
    process = ground.up_and_ready(manners={"landbase": ["--die-after=1"]})
    _, errors = process.communicate(timeout=15)
    assert process.returncode == 1
    assert errors.splitlines()[0] == "crmkit up: landbase died (exit code 7)"
    assert "something went terribly wrong" in errors
    assert not ground.ready.exists()
    assert not any(map(is_alive, ground.pids()))


def test_up_says_which_server_did_not_come_up(ground: Ground) -> None:
    process = ground.up(manners={"background": ["--sick"]}, start_seconds=1)
    _, errors = process.communicate(timeout=15)
    assert process.returncode == 1
    assert errors.splitlines()[0] == "crmkit up: background did not come up within 1 s"
    assert not ground.ready.exists()


def test_up_with_a_port_in_use_says_one_line(ground: Ground, taken_port: int) -> None:
    ground.ready.write_text("of somebody else")
    process = ground.up(options={"soap_port": taken_port})
    _, errors = process.communicate(timeout=15)
    assert process.returncode == 2
    assert errors.startswith(f"crmkit up: port {taken_port} is in use; choose another with --soap-port")
    assert len(errors.splitlines()) == 1
    assert ground.ready.read_text() == "of somebody else"


def test_up_with_a_directory_in_use_says_one_line(ground: Ground) -> None:
    ground.up_and_ready()
    second = ground.up()
    _, errors = second.communicate(timeout=15)
    assert second.returncode == 2
    assert "is in use by another crmkit" in errors
    assert len(errors.splitlines()) == 1
    assert ground.ready.exists()


@pytest.mark.parametrize("name", ["missing/ready.json", "."])
def test_up_with_a_ready_file_that_cannot_be_says_one_line(ground: Ground, tmp_path: Path, name: str) -> None:
    process = ground.up(ready_file=str(tmp_path / name))
    _, errors = process.communicate(timeout=15)
    assert process.returncode == 2
    assert errors.startswith("crmkit up: --ready-file ")
    assert len(errors.splitlines()) == 1
    assert not ground.pids("soap")


@on_linux
def test_killing_up_leaves_no_process_and_frees_the_directory(ground: Ground) -> None:
    process = ground.up_and_ready(manners={"soap": ["--deaf"]})
    pids = ground.pids()
    assert len(pids) == 5
    process.kill()
    process.wait(5)
    with ground.stack():  # at once: it waits for those that are still going
        assert not any(map(is_alive, pids))
    wait_until_gone(pids)


@on_linux
def test_killing_up_while_it_starts_leaves_no_process(ground: Ground) -> None:
    process = ground.up(manners={"background": ["--sick"]})
    wait_for(lambda: len(ground.pids()) == 5, 20, "the servers")
    process.kill()
    process.wait(5)
    wait_until_gone(ground.pids())


def test_a_demo_that_nobody_takes_is_an_error_of_one_line() -> None:
    (port,) = pick_free("127.0.0.1", 1)
    nobody = f"http://127.0.0.1:{port}"
    with pytest.raises(LaunchError, match=r"^the demo could not be sent: .*$"):
        fill_with_demo(nobody, nobody, nobody)

"""A target that others use at the same time: their tickets are no false alarm."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from verify_command import verify

from crmkit.launcher.options import StackOptions
from crmkit.launcher.stack import Stack, StackUrls

SAMPLE = (Path(__file__).parents[2] / "crm_contract/samples/5.1-05.request.xml").read_bytes()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackUrls]:
    with Stack(StackOptions(data=tmp_path_factory.mktemp("shared") / "data")) as urls:
        yield urls


@contextmanager
def another_client(soap: str) -> Iterator[list[int]]:
    """Sends a message every 50 ms; gives the statuses it got."""
    stop, statuses = threading.Event(), []

    def send() -> None:
        while not stop.wait(0.05):
            request = urllib.request.Request(
                f"{soap}/ReceiveTroubleTicketsService", SAMPLE, {"Content-Type": "text/xml; charset=utf-8"}
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                statuses.append(answer.status)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield statuses
    finally:
        stop.set()
        sender.join()


def test_another_clients_tickets_are_no_false_alarm(stack: StackUrls) -> None:
    # Not 5.1-04 and 5.1-29: their faults hit the other client too.
    rows = "5.1-05,5.1-07,5.1-08,5.1-1*,5.1-20,5.1-21,5.1-22,5.1-23,5.1-24,5.1-25,5.1-26,5.1-27,5.1-28"
    with another_client(stack.soap) as statuses:
        run = verify("--target", stack.soap, "--control", stack.control, "--rows", rows)
    assert run.returncode == 0, run.stdout
    assert len(statuses) > 5
    assert set(statuses) == {200}

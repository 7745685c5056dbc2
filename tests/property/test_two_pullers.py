"""Two workers, CSRs that pull and report at the same moments: no callback is handed to two."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from adapter_inside import Adapter, adapter_in
from model import calls, contract
from model.answers import OK, Answer
from model.messages import OPERATIONS, Envelope
from model.network import USAGE_POINTS
from model.world import START
from replies_read import Reader
from requests_written import Writer
from requests_written import contract as service_contract

CSRS = 4
CALLBACKS = 60


class Csr:
    """Pulls until nothing is left, and reports on every second callback. Speaks to one worker only."""

    def __init__(self, name: str, adapter: Adapter, worker: int, now: datetime, numbers: Iterator[int]) -> None:
        self.pulled: list[str] = []
        self.reported: list[str] = []
        self._name, self._adapter, self._worker, self._now, self._numbers = name, adapter, worker, now, numbers
        self._random = random.Random(name)

    def work(self, begin: threading.Barrier) -> None:
        begin.wait(timeout=30)
        while got := self._pull():
            self.pulled += got
            done = got[::2]
            answer = self._send("CreatedCallBacksResults", Writer.results, self._results(done))
            assert (answer.result, answer.errors) == (OK, ())
            self.reported += done

    def _pull(self) -> list[str]:
        asked = calls.Pull(self._name, str(self._random.randint(1, 3)))
        answer = self._send("GetCallbacks", Writer.pull, asked)
        assert answer.result == OK
        assert {each["csr"] for each in answer.shown or ()} <= {self._name}
        return [each["mrid"] for each in answer.shown or ()]

    def _results(self, mrids: list[str]) -> tuple[calls.CallbackResult, ...]:
        return tuple(calls.CallbackResult(mrid, None, self._name, None, "Left Message") for mrid in mrids)

    def _send(self, operation: str, write: Any, content: Any) -> Answer:
        return send(self._adapter, self._worker, self._now, operation, write, content, next(self._numbers))


def send(adapter: Adapter, worker: int, now: datetime, operation: str, write: Any, content: Any, number: int) -> Answer:
    envelope = Envelope(operation, *OPERATIONS[operation])
    writer = Writer(now, lambda mrid: mrid)
    body = writer.request(envelope, write(writer, content), None, number)
    status, answered = adapter.send(worker, service_contract().operations[operation].service, body)
    return Reader(lambda mrid: mrid).answer(status, answered, envelope, None, number)


@pytest.fixture
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adapter]:
    """With callbacks that wait, of several priorities."""
    with adapter_in(tmp_path_factory.mktemp("pullers") / "data") as made:
        _, incident = made.control("POST", "/incidents", {"device": "FDR-1", "confirmed": True})
        points = itertools.islice(itertools.cycle(USAGE_POINTS), CALLBACKS)
        entries = tuple(
            calls.NewTicket(usage_point=each, trouble_code=contract.NO_POWER, call_back=True) for each in points
        )
        assert send(made, 0, START, "CreatedTroubleTickets", Writer.new_tickets, entries, 0).result == OK
        assert made.control("POST", f"/incidents/{incident['mrid']}/restore")[0] == 200
        yield made


def all_pull(adapter: Adapter, now: datetime) -> list[Csr]:
    numbers = itertools.count(1)
    csrs = [Csr(f"csr {n}", adapter, n, now, numbers) for n in range(CSRS)]
    begin = threading.Barrier(CSRS)
    with ThreadPoolExecutor(CSRS) as threads:
        for each in [threads.submit(csr.work, begin) for csr in csrs]:
            each.result(timeout=60)
    return csrs


def test_no_callback_is_handed_to_two(adapter: Adapter) -> None:
    csrs = all_pull(adapter, START)
    pulled = [mrid for csr in csrs for mrid in csr.pulled]
    assert len(pulled) == CALLBACKS
    assert len(set(pulled)) == CALLBACKS, "a callback was handed to two"
    assert sum(bool(csr.pulled) for csr in csrs) > 1, "one of them had the queue to itself"

    # When the assignments are over, what nobody reported on is handed out once more, to one each.
    reported = {mrid for csr in csrs for mrid in csr.reported}
    assert adapter.control("POST", "/clock/advance", {"seconds": contract.ASSIGNMENT.total_seconds()})[0] == 200
    again = [mrid for csr in all_pull(adapter, START + contract.ASSIGNMENT) for mrid in csr.pulled]
    assert sorted(again) == sorted(set(pulled) - reported)

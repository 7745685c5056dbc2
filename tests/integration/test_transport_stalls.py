"""A client that stalls costs nobody else anything, and is let go in time."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from adapter_processes import Adapter
from raw_http import XML, HttpAnswer, Wire, get, raw_post, target_of
from soap_messages import create_message, read_fault, read_reply

STALL, WHOLE_BODY, HEADERS = 0.8, 5.0, 2.0
# For a busy machine; the shipped times are 10 s and 300 s.
GRACE = 4.0
# More than the adapter has threads.
CROWD = 200


@pytest.fixture(scope="module")
def url(data_directory: Callable[[str], Path]) -> Iterator[str]:
    data = data_directory("stalls")
    (data / "configuration").mkdir()
    (data / "configuration" / "AdapterCrm_WebServiceConfiguration.xml").write_text(
        f'<WebServiceConfiguration bodyLimit="1000000" stallSeconds="{STALL}" bodySeconds="{WHOLE_BODY}"'
        f' headerSeconds="{HEADERS}" threads="128" storeBusySeconds="10" retryAfterSeconds="5"/>'
    )
    with Adapter(data) as adapter:
        yield adapter.start("soap").url


def begin(wire: Wire, url: str, length: int = 1000) -> None:
    wire.send_head("POST", target_of(url), {"Content-Type": XML, "Content-Length": str(length)})


def outcome(wire: Wire) -> HttpAnswer | None:
    """The answer, or None for a closed connection."""
    try:
        return wire.answer()
    except ConnectionError:
        return None


def check_let_go(answer: HttpAnswer | None, wire: Wire) -> None:
    if answer is not None:
        assert answer.status == 408
        assert read_fault(answer.body).code == "Client"
        assert answer.closes
    assert wire.is_closed()


def test_a_body_that_stalls_is_let_go_while_others_are_served(url: str) -> None:
    with Wire(url) as stalled, ThreadPoolExecutor(4) as pool:
        begin(stalled, url)
        stalled.send(b"<s:Envelope")
        started = time.monotonic()
        served = [pool.submit(raw_post, url, create_message(f"beside-{number}")) for number in range(12)]
        assert all(read_reply(each.result().body).result == "OK" for each in served)
        assert time.monotonic() - started < WHOLE_BODY * 0.8
        answer = outcome(stalled)
        assert STALL * 0.8 < time.monotonic() - started < WHOLE_BODY * 0.8
        check_let_go(answer, stalled)


def test_a_body_that_never_begins_is_let_go(url: str) -> None:
    with Wire(url) as stalled:
        begin(stalled, url)
        check_let_go(outcome(stalled), stalled)


def test_a_chunked_body_that_stalls_is_let_go(url: str) -> None:
    with Wire(url) as stalled:
        stalled.send_head("POST", target_of(url), {"Content-Type": XML, "Transfer-Encoding": "chunked"})
        stalled.send_chunk(b"<s:Envelope")
        check_let_go(outcome(stalled), stalled)


def test_a_body_that_trickles_is_let_go(url: str) -> None:
    with Wire(url) as slow:
        begin(slow, url)
        started = time.monotonic()
        while time.monotonic() - started < WHOLE_BODY + GRACE:
            slow.send(b" ")
            if select.select([slow.socket], [], [], STALL / 4)[0]:
                break
        assert WHOLE_BODY * 0.8 < time.monotonic() - started < WHOLE_BODY + GRACE
        check_let_go(outcome(slow), slow)


def test_a_slow_body_within_the_times_is_taken(url: str) -> None:
    message = create_message("slow but sure")
    with Wire(url) as slow:
        begin(slow, url, len(message))
        for start in range(0, len(message), len(message) // 3 + 1):
            slow.send(message[start : start + len(message) // 3 + 1])
            time.sleep(STALL / 4)
        assert read_reply(slow.answer().body).result == "OK"


def test_headers_that_stall_are_let_go(url: str) -> None:
    with Wire(url) as stalled:
        started = time.monotonic()
        stalled.send(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert stalled.is_closed() or outcome(stalled) is not None
        assert time.monotonic() - started < HEADERS + GRACE


def test_a_crowd_that_stalls_disturbs_nobody(url: str) -> None:
    with ExitStack() as crowd:
        stalled = [crowd.enter_context(Wire(url)) for _ in range(CROWD)]
        for wire in stalled:
            begin(wire, url)
            wire.send(b"<")
        started = time.monotonic()
        assert get(f"{url}?wsdl").status == 200
        assert read_reply(raw_post(url, create_message("beside a crowd")).body).result == "OK"
        assert time.monotonic() - started < GRACE
        for wire in stalled:
            check_let_go(outcome(wire), wire)
    assert read_reply(raw_post(url, create_message("after the crowd")).body).result == "OK"

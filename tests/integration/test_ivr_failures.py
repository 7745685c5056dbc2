"""An IVR that fails: what the adapter logs, how often it tries, what it keeps assigned, and when that is free again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from adapter_processes import Adapter, wait_for
from crm_client import Crm
from ivr_process import Ivr, running_ivr

import reference_adapter.configuration
from crm_contract.messages import TroubleTicket, UsagePoint

SHIPPED = Path(reference_adapter.configuration.__file__).parent / "AdapterCrm.xml"
# As shipped, but for the time that the client waits for an answer.
POLL, RETRY, TRIES, ASSIGNMENT = 60, 10, 3, 30 * 60
TIMEOUT, LONG_TIMEOUT = 0.5, 30.0
UNANSWERED = "The external system did not answer, try {} of 3: "
INVALID = "Received message is invalid against xsd schema. Reason: {}."


def prepared(data: Path, timeout_seconds: float) -> Path:
    """A data directory whose publisher waits so long for an answer."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert 'tries="3" retrySeconds="10" timeoutSeconds="10"' in text
    (data / "configuration").mkdir()
    changed = text.replace('timeoutSeconds="10"', f'timeoutSeconds="{timeout_seconds}"')
    (data / "configuration" / SHIPPED.name).write_text(changed, encoding="utf-8")
    return data


class Publishing:
    """An adapter whose publisher sends to an IVR that dials nobody."""

    def __init__(self, adapter: Adapter, ivr: Ivr) -> None:
        self.adapter, self.ivr = adapter, ivr
        self.control, self.crm = adapter.control, Crm(adapter.base_url)

    def begin(self) -> None:
        """Empty both, and let the publisher take its first look at an empty queue: the next one is an interval away."""
        self.ivr.behave("normal")
        self.ivr.dialling(enabled=False)
        self.control.reset()
        self.publish(0)
        self.ivr.ask("DELETE", "/journal")

    def callbacks_for_the_ivr(self) -> tuple[str, str]:
        """Two callbacks, marked by an operator."""
        points = self.control.ask("GET", "/usage-points", params={"limit": 300})["items"]
        names = [each["mrid"] for each in points if each["priority"] < 5][:2]
        incidents = [self.control.ask("POST", "/incidents", json={"device": each, "confirmed": True}) for each in names]
        self.crm.create(
            *(TroubleTicket(call_back=True, trouble_code="Other", usage_point=UsagePoint(each)) for each in names)
        )
        for each in incidents:
            self.control.ask("POST", f"/incidents/{each['mrid']}/restore")
        mrids = [each["mrid"] for each in self.callbacks()]
        for mrid in mrids:
            self.mark(mrid, True)
        first, second = mrids
        return first, second

    def mark(self, callback: str, automatic: bool) -> None:
        self.control.ask("PUT", f"/callbacks/{callback}/automatic", json={"automatic": automatic})

    def publish(self, seconds: float) -> None:
        """Let time pass, and the publisher look."""
        if seconds:
            self.control.ask("POST", "/clock/advance", json={"seconds": seconds})
        self.control.ask("POST", "/background/publisher")

    def callbacks(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.control.ask("GET", "/callbacks")["items"]
        return items

    def holders(self) -> list[str | None]:
        """Who has the open callbacks."""
        assert not any(each["closed"] for each in self.callbacks())
        return [each["assigned_user"] for each in self.callbacks()]

    def pulled(self) -> list[str | None]:
        """What a CSR gets."""
        return [each.mrid for each in self.crm.pull("csr-1", 10)]

    def log(self) -> list[tuple[str | None, ...]]:
        """What is logged, without times."""
        items = self.control.ask("GET", "/log")["items"]
        return [tuple(each[key] for key in ("level", "code", "reason", "details", "message_id")) for each in items]


@pytest.fixture(scope="module")
def running(data_directory: Callable[[str], Path]) -> Iterator[Publishing]:
    with running_ivr() as ivr, Adapter(prepared(data_directory("ivr"), TIMEOUT), ivr=ivr.base) as adapter:
        yield Publishing(adapter.start(), ivr)


@pytest.fixture
def publishing(running: Publishing) -> Publishing:
    running.begin()
    return running


# Nobody answers: the message goes out three times. `arrives` is what the IVR sees of each try.
NOBODY = {
    "down": (False, "127.0.0.1: Connection refused"),
    "slow": (True, "no answer within 0.5 s"),
    "drop": (True, "the connection was closed before an answer was complete"),
}
# Somebody answers, and not well: code, reason and details of what is logged.
ANSWERS = {
    "failed": (
        "5.2",
        "NotAttempted",
        "The external system answered with Result FAILED: The IVR takes no callbacks now.",
    ),
    "partial": (
        "5.2",
        "NotAttempted",
        "The external system answered with Result PARTIAL: Callback(s) not taken: {second}",
    ),
    "fault": (
        "5.3",
        "InternalServerError",
        "The external system answered with a SOAP fault: The IVR could not process the message.",
    ),
    "invalid": (
        "1.8",
        "InvalidMessage",
        INVALID.format(
            "Element '{http://iec.ch/TC57/2011/schema/message}Result': [facet 'enumeration'] The value 'ACCEPTED' is"
            " not an element of the set {'OK', 'PARTIAL', 'FAILED'}"
        ),
    ),
    "other-reply": (
        "1.8",
        "InvalidMessage",
        INVALID.format(
            "{http://iec.ch/TC57/2011/CallBacksMessage}CallBacksResponseMessage was expected, but"
            " {http://iec.ch/TC57/2011/TroubleTicketsMessage}TroubleTicketsResponseMessage came"
        ),
    ),
    "html": ("1.8", "InvalidMessage", INVALID.format("The reply is text/html and not XML")),
    "nothing": ("1.8", "InvalidMessage", INVALID.format("The reply is empty")),
}


def check_kept_and_released(publishing: Publishing, first: str, second: str, held: float) -> None:
    """Both belong to the adapter until their time is over; then one is a CSR's, and one goes to an IVR that works.

    `held` is for how long they are assigned already.
    """
    ivr = publishing.ivr
    assert publishing.holders() == ["CrmAdapter", "CrmAdapter"]
    logged, journal = publishing.log(), ivr.journal()
    ivr.behave("normal")
    # Nearly the whole time of the assignment, and many looks of the publisher, later.
    publishing.publish(ASSIGNMENT - held - 30)
    assert publishing.holders() == ["CrmAdapter", "CrmAdapter"]
    assert publishing.pulled() == []
    publishing.mark(first, False)
    publishing.publish(60)
    assert publishing.pulled() == [first]
    assert publishing.holders() == ["csr-1", "CrmAdapter"]
    (again,) = ivr.journal()[len(journal) :]
    assert (again["callbacks"], again["result"], again["valid"]) == ([second], "OK", True)
    assert again["message_id"] not in [each["message_id"] for each in journal]
    for _ in range(3):
        publishing.publish(POLL + 1)
    assert len(ivr.journal()) == len(journal) + 1
    assert publishing.log() == logged
    assert publishing.crm.report("csr-1", first, "Restored").result == "OK"
    assert publishing.crm.report("anybody", second, "Restored").result == "OK"
    assert all(each["closed"] for each in publishing.callbacks())


@pytest.mark.parametrize("mode", NOBODY)
def test_nobody_answers(publishing: Publishing, mode: str) -> None:
    arrives, problem = NOBODY[mode]
    first, second = publishing.callbacks_for_the_ivr()
    publishing.ivr.behave(mode, **({"delay_seconds": 5} if mode == "slow" else {}))
    publishing.publish(POLL + 1)
    assert len(publishing.log()) == 1
    # Not before its time.
    publishing.publish(0)
    assert len(publishing.log()) == 1
    for _ in range(TRIES + 1):
        publishing.publish(RETRY)
    logged, journal = publishing.log(), publishing.ivr.journal()
    (message_id,) = {entry[-1] for entry in logged}
    assert logged == [
        ("FATAL", None, None, UNANSWERED.format(number) + problem, message_id) for number in range(1, TRIES + 1)
    ]
    seen = [(each["message_id"], each["callbacks"], each["behaviour"]) for each in journal]
    assert seen == [(message_id, [first, second], mode)] * (TRIES if arrives else 0)
    check_kept_and_released(publishing, first, second, RETRY * (TRIES + 1))


@pytest.mark.parametrize("mode", ANSWERS)
def test_somebody_answers_and_not_well(publishing: Publishing, mode: str) -> None:
    code, reason, details = ANSWERS[mode]
    first, second = publishing.callbacks_for_the_ivr()
    publishing.ivr.behave(mode)
    publishing.publish(POLL + 1)
    for _ in range(TRIES):
        publishing.publish(RETRY)
    (message,) = publishing.ivr.journal()
    assert (message["callbacks"], message["behaviour"]) == ([first, second], mode)
    expected = details.replace("{second}", second)
    assert publishing.log() == [("FATAL", code, reason, expected, message["message_id"])]
    check_kept_and_released(publishing, first, second, RETRY * TRIES)


def test_it_answers_in_time_after_all(publishing: Publishing) -> None:
    """The second try finds somebody: the message is not sent a third time, and the callbacks are dialled once."""
    first, second = publishing.callbacks_for_the_ivr()
    publishing.ivr.dialling(script={"*": "Restored"})
    publishing.ivr.behave("drop")
    publishing.publish(POLL + 1)
    publishing.ivr.behave("normal")
    for _ in range(TRIES):
        publishing.publish(RETRY)
    assert [each["result"] for each in publishing.ivr.journal()] == [None, "OK"]
    assert len({each["message_id"] for each in publishing.ivr.journal()}) == 1
    assert len(publishing.log()) == 1
    wait_for(lambda: len(publishing.ivr.dialled()) == 2, "two calls")
    assert {each["mrid"] for each in publishing.ivr.dialled()} == {first, second}


def test_the_background_is_killed_between_assignment_and_answer(data_directory: Callable[[str], Path]) -> None:
    with (
        running_ivr() as ivr,
        Adapter(prepared(data_directory("killed"), LONG_TIMEOUT), ivr=ivr.base) as adapter,
        ThreadPoolExecutor() as pool,
    ):
        publishing = Publishing(adapter.start(), ivr)
        publishing.begin()
        both = list(publishing.callbacks_for_the_ivr())
        ivr.behave("slow", delay_seconds=LONG_TIMEOUT)
        waiting = pool.submit(publishing.publish, POLL + 1)
        wait_for(ivr.journal, "the message at the IVR")
        adapter.kill("background")
        assert isinstance(waiting.exception(20), requests.RequestException)
        ivr.behave("normal")
        adapter.start("background")
        publishing.publish(0)
        assert publishing.holders() == ["CrmAdapter", "CrmAdapter"]
        # Somebody may still be waiting for the answer to the first try.
        publishing.publish(LONG_TIMEOUT)
        assert len(ivr.journal()) == 1
        for _ in range(TRIES):
            publishing.publish(RETRY)
        killed, again = ivr.journal()
        assert (killed["result"], again["result"]) == ("OK", "OK")
        assert killed["message_id"] == again["message_id"]
        assert killed["callbacks"] == again["callbacks"] == both
        assert publishing.log() == []
        publishing.publish(POLL + 1)
        assert len(ivr.journal()) == 2
        assert publishing.holders() == ["CrmAdapter", "CrmAdapter"]

"""Callbacks on their way to the external system (D-40): who is taken, what is sent, kept, logged and released."""

import dataclasses
import threading

import pytest
from builders import NOW, Fixed, caller, contract, network, settings
from outages import callbacks_of, change_callbacks, contact, outage, wanting
from sqlalchemy import select
from stored import count

from crm_contract.envelope import ReportedError
from crm_soap.client import InvalidReply, NoAnswer, ServiceReply
from reference_adapter.background.callbacks import Expiry
from reference_adapter.background.publisher import CurrentService, Publisher, SendCallbacksClient
from reference_adapter.clock import SimulatedClock
from reference_adapter.rules.send_callbacks import SEND_RULES
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.unit_of_work import Store

OK = ServiceReply("OK")
HALF_HOUR = settings().callbacks.queue.assignment


class FakeService:
    """A service that answers in turn, the last answer for ever; notes what it was sent."""

    def __init__(self, *answers):
        self.answers = list(answers) or [OK]
        self.sent = []

    def send(self, operation, header, payload):
        self.sent.append((operation, header, payload))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def ids(self):
        return [header.message_id for _, header, _ in self.sent]

    def names(self, store):
        """The tickets' names of each message's callbacks."""
        by_mrid = {each.mrid: name for name, each in callbacks_of(store).items()}
        return ["".join(by_mrid[each.mrid] for each in payload.call_backs) for _, _, payload in self.sent]


def publisher_of(store, service, stopping=None, connect=None, **changes):
    watched = Fixed(settings(publisher=dataclasses.replace(settings().publisher, **changes)))
    connect = connect or (lambda timeout_seconds: service)
    client = SendCallbacksClient(connect, contract().operations["CreatedCallBacks"], SEND_RULES)
    return Publisher(store, watched, client, stopping=stopping)


@pytest.fixture
def queue(store):
    """Callbacks of priorities 6, 5, 4, and one of 0 that an operator has marked."""
    outage(store, wanting("a"), wanting("b"), wanting("c"), wanting("d"))
    made = callbacks_of(store)
    ranks = {"a": {"priority": 5}, "b": {"priority": 6}, "c": {"priority": 4}, "d": {"automatic": True}}
    change_callbacks(store, *(dataclasses.replace(made[name], **rank) for name, rank in ranks.items()))
    return callbacks_of(store)


def holders(store):
    return {name: each.assigned_user for name, each in callbacks_of(store).items()}


def log(database):
    with database.read() as connection:
        lines = connection.execute(select(tables.interface_log).order_by(tables.interface_log.c.seq))
        return [(each.level, each.code, each.reason, each.details) for each in lines]


# Who is taken (9.1-01)


def test_configured_priorities_and_marked_callbacks_are_sent_highest_first(store, queue):
    service = FakeService()
    assert publisher_of(store, service).run() == 1
    assert service.names(store) == ["bad"]
    assert holders(store) == {"a": "CrmAdapter", "b": "CrmAdapter", "c": None, "d": "CrmAdapter"}
    stored = callbacks_of(store)["a"]
    assert (stored.assigned_at, stored.assignment_expires_at) == (NOW, NOW + HALF_HOUR)


def test_the_priorities_are_configured(store, queue):
    service = FakeService()
    publisher_of(store, service, priorities=frozenset({4})).run()
    assert service.names(store) == ["cd"]


def test_who_is_held_closed_put_off_or_not_due_is_not_sent(store, queue):
    later = NOW.replace(hour=13)
    change_callbacks(
        store,
        queue["a"].assign("csr-1", NOW, settings().callbacks.queue),
        dataclasses.replace(queue["b"], closed_at=NOW),
        dataclasses.replace(queue["c"], automatic=True, not_before=later),
        dataclasses.replace(queue["d"], periods=((later, later),)),
    )
    service = FakeService()
    assert (publisher_of(store, service).run(), service.sent) == (0, [])


def test_callbacks_are_sent_in_batches(store):
    outage(store, *(wanting(name) for name in "abcde"))
    change_callbacks(store, *(dataclasses.replace(each, automatic=True) for each in callbacks_of(store).values()))
    service = FakeService()
    assert publisher_of(store, service, batch=2).run() == 3
    assert service.names(store) == ["ab", "cd", "e"]
    assert len(set(service.ids)) == 3


# What is sent (9.1-02)


def test_the_message_is_what_table_10_20_says(store, clock):
    outage(store, wanting("a", customer_data=caller("Ada", "King", mobile="1"), language_id="21514"))
    change_callbacks(store, dataclasses.replace(callbacks_of(store)["a"], automatic=True, comment="x"))
    service = FakeService()
    publisher_of(store, service).run()
    ((operation, header, payload),) = service.sent
    assert (operation, header.verb, header.noun, header.source) == (
        "CreatedCallBacks",
        "created",
        "CallBacks",
        "EcoStruxure GridOps",
    )
    assert (header.timestamp, header.revision) == ("2025-06-02T12:00:00.000Z", "2.0")
    (sent,) = payload.call_backs
    assert (sent.mrid, sent.csr_id, sent.date_time, sent.reason, sent.comment) == (
        callbacks_of(store)["a"].mrid,
        "CrmAdapter",
        "2025-06-02T12:00:00.000Z",
        "PowerRestored",
        "x",
    )
    (ticket,) = sent.trouble_tickets
    assert (ticket.language_id, ticket.trouble_code, ticket.usage_point.mrid) == ("21514", "No Power/No Light", "UP-1")
    assert ticket.customer_data == caller("Ada", "King", mobile="1")
    assert sent.incident_record.mrid == "INC-FDR-1"
    assert (sent.advice, sent.contact_detail, sent.name, sent.problem_info) == (None,) * 4


def test_the_person_who_owns_the_preferred_contact_is_sent(store, queue):
    with store.change(NOW) as work:
        (ticket,) = work.tickets.by_name(["a"])
        people = (contact("1", first="Ada"), contact("2", first="Bob", preferred=True))
        work.tickets.change([dataclasses.replace(ticket, contacts=people)])
    service = FakeService()
    publisher_of(store, service).run()
    (sent,) = [each for each in service.sent[0][2].call_backs if each.mrid == queue["a"].mrid]
    assert sent.trouble_tickets[0].customer_data == caller("Bob", "King", mobile="2")


# How often it looks


def test_the_queue_is_looked_at_once_an_interval(store, queue, clock):
    service = FakeService()
    publisher = publisher_of(store, service)
    publisher.run()
    change_callbacks(store, dataclasses.replace(callbacks_of(store)["c"], automatic=True))
    for seconds in (0, 30, 29.999):
        clock.advance(seconds=seconds)
        assert publisher.run() == 0
    clock.advance(milliseconds=1)
    assert publisher.run() == 1
    assert service.names(store) == ["bad", "c"]


def test_a_clock_that_was_set_back_does_not_stop_it(store, queue, clock):
    clock.advance(days=1)
    publisher_of(store, FakeService()).run()
    change_callbacks(store, dataclasses.replace(callbacks_of(store)["c"], automatic=True))
    clock.advance(days=-1)
    assert publisher_of(store, FakeService()).run() == 1


def test_a_new_process_keeps_the_interval(store, queue):
    publisher_of(store, FakeService()).run()
    change_callbacks(store, dataclasses.replace(callbacks_of(store)["c"], automatic=True))
    assert publisher_of(store, FakeService()).run() == 0


# Answers


def error(code="2.7", level="WARNING", reason="Odd", details="so it is"):
    return ReportedError(code, level, reason, details)


def complaint(kind, level="WARNING"):
    return (level, "2.7", "Odd", f"The external system answered with {kind}: so it is")


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        (OK, []),
        (ServiceReply("PARTIAL", (error(),)), [complaint("Result PARTIAL")]),
        (ServiceReply("FAILED", (error(level="FATAL"),) * 2), [complaint("Result FAILED", "FATAL")] * 2),
        (ServiceReply("FAILED"), [("FATAL", None, None, "The external system answered with Result FAILED")]),
        (
            ServiceReply("FAILED", (error(level=""),), fault=True, fault_text="busy", status=500),
            [complaint("a SOAP fault", "FATAL")],
        ),
        (
            ServiceReply("FAILED", fault=True, fault_text="busy", status=500),
            [("FATAL", None, None, "The external system answered with a SOAP fault: busy")],
        ),
        (
            InvalidReply("The reply is text/html and not XML."),
            [
                (
                    "FATAL",
                    "1.8",
                    "InvalidMessage",
                    "Received message is invalid against xsd schema. Reason: The reply is text/html and not XML.",
                )
            ],
        ),
    ],
    ids=["OK", "PARTIAL", "FAILED twice", "FAILED without an error", "fault", "fault of another kind", "invalid"],
)
def test_an_answer_settles_a_message_and_what_is_not_ok_is_logged(store, queue, database, clock, answer, logged):
    service = FakeService(answer)
    publisher = publisher_of(store, service)
    publisher.run()
    assert log(database) == logged
    assert holders(store) == {"a": "CrmAdapter", "b": "CrmAdapter", "c": None, "d": "CrmAdapter"}
    clock.advance(minutes=29)
    publisher.run()
    assert len(service.sent) == 1
    with database.read() as connection:
        ids = [each.message_id for each in connection.execute(select(tables.interface_log))]
    assert ids == service.ids * len(logged)


def test_callbacks_go_back_to_the_queue_when_their_assignment_is_over(store, queue, clock, pull):
    publisher_of(store, FakeService(ServiceReply("FAILED"))).run()
    clock.advance(minutes=29, seconds=59)
    assert Expiry(store, Fixed(settings())).run() == 0
    clock.advance(seconds=1)
    assert Expiry(store, Fixed(settings())).run() == 3
    assert len(pull(count="9").handed_out) == 4


# Nobody answers (9.1-03)


def test_a_message_that_nobody_answers_is_tried_three_times_under_its_id(store, queue, database, clock):
    service = FakeService(NoAnswer("connection refused"))
    publisher = publisher_of(store, service)
    tried = []
    for seconds in (0, 9.999, 0.001, 9.999, 0.001, 10, 29):
        clock.advance(seconds=seconds)
        tried.append(publisher.run())
    assert tried == [1, 0, 1, 0, 1, 0, 0]
    assert len(set(service.ids)) == 1
    assert service.names(store) == ["bad"] * 3
    assert log(database) == [
        ("FATAL", None, None, f"The external system did not answer, try {number} of 3: connection refused")
        for number in (1, 2, 3)
    ]
    assert holders(store)["a"] == "CrmAdapter"


def test_an_answer_ends_the_tries(store, queue, clock):
    service = FakeService(NoAnswer("timed out"), OK)
    publisher = publisher_of(store, service)
    for _ in range(4):
        publisher.run()
        clock.advance(seconds=10)
    assert len(service.sent) == 2


def test_a_new_process_goes_on_with_the_tries_of_an_old_one(store, queue, clock):
    first, second = FakeService(NoAnswer("down")), FakeService(NoAnswer("down"))
    publisher_of(store, first).run()
    clock.advance(seconds=10)
    publisher = publisher_of(store, second)
    for _ in range(4):
        publisher.run()
        clock.advance(seconds=10)
    assert (len(first.sent), len(second.sent)) == (1, 2)
    assert set(first.ids) == set(second.ids)


def test_a_message_whose_sender_died_is_tried_again_when_nobody_can_be_waiting_any_more(store, queue, clock):
    with pytest.raises(SystemExit):
        publisher_of(store, FakeService(SystemExit())).run()
    service = FakeService()
    publisher = publisher_of(store, service)
    assert publisher.run() == 0
    wait = settings().publisher.timeout_seconds + settings().publisher.retry_seconds
    clock.advance(seconds=wait - 0.001)
    assert publisher.run() == 0
    clock.advance(milliseconds=1)
    assert publisher.run() == 1
    assert service.names(store) == ["bad"]


def test_a_sender_that_dies_at_every_try_does_not_get_more_of_them(store, queue, database, clock):
    service = FakeService(SystemExit())
    for _ in range(3):
        with pytest.raises(SystemExit):
            publisher_of(store, service).run()
        clock.advance(seconds=60)
    publisher = publisher_of(store, service)
    assert [publisher.run(), publisher.run()] == [1, 0]
    assert len(service.sent) == 3
    assert log(database) == [("FATAL", None, None, "The external system did not answer, and no try is left")]


def test_callbacks_that_are_answered_meanwhile_are_not_sent_again(store, queue, clock):
    service = FakeService(NoAnswer("timed out"))
    publisher = publisher_of(store, service)
    publisher.run()
    made = callbacks_of(store)
    change_callbacks(store, dataclasses.replace(made["a"].release(), closed_at=NOW, result="Restored"))
    clock.advance(seconds=10)
    publisher.run()
    assert service.names(store) == ["bad", "bd"]
    change_callbacks(store, *(dataclasses.replace(made[name].release(), closed_at=NOW) for name in "bd"))
    clock.advance(seconds=10)
    publisher.run()
    clock.advance(seconds=10)
    publisher.run()
    assert len(service.sent) == 2


def test_callbacks_that_are_taken_anew_are_not_sent_by_the_old_message_too(store, queue, clock):
    service = FakeService(NoAnswer("down"), OK)
    publisher = publisher_of(store, service)
    publisher.run()
    clock.advance(minutes=31)
    Expiry(store, Fixed(settings())).run()
    publisher.run()
    assert service.names(store) == ["bad", "bad"]
    assert len(set(service.ids)) == 2


# The time-out


def test_the_time_out_in_force_is_asked_for_with_every_message(store, queue, clock):
    service, asked = FakeService(NoAnswer("timed out")), []
    watched = Fixed(settings())
    client = SendCallbacksClient(
        lambda seconds: asked.append(seconds) or service, contract().operations["CreatedCallBacks"], SEND_RULES
    )
    publisher = Publisher(store, watched, client)
    publisher.run()
    changed = dataclasses.replace(settings().publisher, timeout_seconds=2.5)
    watched.content = settings(publisher=changed)
    clock.advance(seconds=10)
    publisher.run()
    assert asked == [settings().publisher.timeout_seconds, 2.5]
    assert len(service.sent) == 2


def test_a_client_is_made_anew_when_the_time_out_changes():
    made = []

    class Made:
        def __init__(self, *given):
            made.append(given)

    service = CurrentService(contract(), "SendCallBacksService", "http://127.0.0.1:9", Made)
    first = service(10.0)
    assert service(10.0) is first
    assert service(2.5) is not first
    assert [(name, url, seconds) for _, name, url, seconds in made] == [
        ("SendCallBacksService", "http://127.0.0.1:9", 10.0),
        ("SendCallBacksService", "http://127.0.0.1:9", 2.5),
    ]


# Told to stop


def test_a_stop_is_noticed_between_two_messages_and_the_next_process_sends_the_rest(store):
    outage(store, *(wanting(name) for name in "abcde"))
    change_callbacks(store, *(dataclasses.replace(each, automatic=True) for each in callbacks_of(store).values()))
    stopping = threading.Event()

    class Stopped(FakeService):
        def send(self, *message):
            stopping.set()
            return super().send(*message)

    service = Stopped()
    publisher = publisher_of(store, service, stopping, batch=2)
    assert [publisher.run(), publisher.run()] == [1, 0]
    assert service.names(store) == ["ab"]
    later = FakeService()
    assert publisher_of(store, later, batch=2).run() == 2
    assert later.names(store) == ["cd", "e"]


# Two of them


def test_two_publishers_beside_each_other_send_every_callback_once(store, store_path, database, clock):
    outage(store, *(wanting(f"n{number}") for number in range(30)))
    change_callbacks(store, *(dataclasses.replace(each, automatic=True) for each in callbacks_of(store).values()))
    stores = [Store(Database(store_path), network(), SimulatedClock(clock)) for _ in range(2)]
    service, ready = FakeService(), threading.Barrier(2)

    def run(each):
        publisher = publisher_of(each, service, batch=3)
        ready.wait(30)
        for _ in range(3):
            publisher.run()

    threads = [threading.Thread(target=run, args=(each,)) for each in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for each in stores:
        each.database.close()
    sent = [each.mrid for _, _, payload in service.sent for each in payload.call_backs]
    assert sorted(sent) == sorted(each.mrid for each in callbacks_of(store).values())
    assert len(service.sent) == 10
    assert count(database, tables.publications) == 10

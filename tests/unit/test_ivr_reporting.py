"""How outcomes reach the adapter, and what is noted of it."""

import pytest

from crm_contract.envelope import ReportedError
from crm_soap.client import InvalidReply, NoAnswer, ServiceReply
from mock_ivr.dialling import Dialler, Dialling
from mock_ivr.reporting import BATCH, TRIES, ResultReporter
from mock_serving.journal import BoundedJournal

OK = ServiceReply("OK")
DIFFERENT = ReportedError("2.7", "FATAL", "DifferentCsrId", "cannot be updated: a")


class Adapter:
    """Answers with what it is given, the last one again and again."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.received = []

    def __call__(self, results, message_id):
        self.received.append((results, message_id))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def reported(adapter, *mrids, outcome="Restored"):
    """What the journal says after these callbacks were dialled and reported."""
    dialler, journal = Dialler(1), BoundedJournal()
    dialler.change(Dialling(delay_seconds=0, csr_id="robot", script={"*": outcome}))
    reporter = ResultReporter(dialler, adapter, journal, retry_seconds=0)
    dialler.dial(mrids)
    while reporter.report_due():
        pass
    return [
        tuple(item[name] for name in ("mrid", "outcome", "posted", "reply_result", "problem"))
        for item in journal.describe()["items"]
    ]


def test_a_result_carries_what_the_adapter_wants_to_know():
    adapter = Adapter(OK)
    assert reported(adapter, "a", outcome="No Answer") == [("a", "No Answer", True, "OK", None)]
    ((results, message_id),) = adapter.received
    (result,) = results.call_back_results
    assert (result.mrid, result.csr_id, result.status.value) == ("a", "robot", "No Answer")
    assert result.date_time.endswith("Z")
    assert "nobody answered" in result.comment
    assert message_id


def test_results_that_are_due_together_go_together():
    adapter = Adapter(OK)
    mrids = [str(number) for number in range(BATCH + 2)]
    assert [mrid for mrid, *_ in reported(adapter, *mrids)] == mrids
    assert [len(results.call_back_results) for results, _ in adapter.received] == [BATCH, 2]
    assert len({message_id for _, message_id in adapter.received}) == 2


@pytest.mark.parametrize(
    "answer", [NoAnswer("refused"), ServiceReply("FAILED", fault=True, fault_text="x", status=503)]
)
def test_who_does_not_answer_is_asked_again_with_the_same_message(answer):
    adapter = Adapter(answer, answer, OK)
    assert reported(adapter, "a") == [("a", "Restored", True, "OK", None)]
    assert len(adapter.received) == 3
    assert len({message_id for _, message_id in adapter.received}) == 1


def test_who_never_answers_is_given_up():
    adapter = Adapter(NoAnswer("connection refused"))
    assert reported(adapter, "a", "b") == [
        ("a", "Restored", False, None, "connection refused"),
        ("b", "Restored", False, None, "connection refused"),
    ]
    assert len(adapter.received) == TRIES


def test_an_invalid_reply_is_not_asked_for_again():
    adapter = Adapter(InvalidReply("it is HTML"))
    assert reported(adapter, "a") == [("a", "Restored", False, None, "invalid reply: it is HTML")]
    assert len(adapter.received) == 1


@pytest.mark.parametrize(
    ("reply", "problems"),
    [
        (ServiceReply("PARTIAL", (DIFFERENT,)), ["2.7 DifferentCsrId: cannot be updated: a", None]),
        (
            ServiceReply("FAILED", (ReportedError("1.8", "FATAL", "InvalidMessage", "bad"),)),
            ["1.8 InvalidMessage: bad", "1.8 InvalidMessage: bad"],
        ),
        (ServiceReply("FAILED", fault=True, fault_text="out of order", status=500), ["fault: out of order"] * 2),
    ],
)
def test_errors_are_noted_with_the_callback_they_name(reply, problems):
    told = reported(Adapter(reply), "a", "x")
    assert [problem for *_, problem in told] == problems
    assert {(posted, result) for _, _, posted, result, _ in told} == {(True, reply.result)}

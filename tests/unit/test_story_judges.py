"""The story's judges say no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from callback_examples import CONTRACT, Ivr, answered, carried, incident, queue_of, result

from crm_contract.messages import CallBack, CallBackResult, IncidentRecord, Status, TroubleTicket
from crmkit.suite import story as story_module
from crmkit.suite.access.usage_points import UsagePoint
from crmkit.suite.callbacks.ivr_messages import SentCallbacks
from crmkit.suite.conversation import SentMessage
from crmkit.suite.errors import HarnessError, Mismatch
from crmkit.suite.otherwise import AS_USUAL, Otherwise
from crmkit.suite.replies.reading import Reply
from crmkit.suite.story import Story, names_in
from crmkit.suite.tickets.written import Ticket

NAMES = ("home", "shop")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more is going to come."""
    monkeypatch.setattr(story_module, "_COMES_SECONDS", 0.0)


def told(monkeypatch: pytest.MonkeyPatch, *replies: Reply, operation: str = "CreatedTroubleTickets") -> Story:
    """Home and shop have called; these replies come to what is asked next, the last of them has come."""
    queue = queue_of(row="story", operation="CreatedTroubleTickets")
    conversation = queue.conversation
    story = Story(conversation, queue)
    for name in NAMES:
        ticket = Ticket(name, 1, f"name-{name}", frozenset(), usage_point=f"UP-{name}", mrid=f"TT-{name}")
        conversation.earlier[name] = ticket
        story.customers[name] = UsagePoint(f"UP-{name}", "TRF-1")
        story.calls.append(ticket)
    story.incident = incident("home")
    left = list(replies)

    def send(about: Any, inside: Any, otherwise: Otherwise = AS_USUAL) -> None:
        conversation.message = SentMessage(about, conversation.make_header(about), otherwise, True)
        answered(queue, left.pop(0))

    monkeypatch.setattr(conversation, "send_message", send)
    if operation != "GetTroubleTickets":
        send(CONTRACT.operations[operation], {})
    return story


def record(mrid: str = "INC-home", status: str | None = "Assigned", **changes: Any) -> IncidentRecord:
    made = carried("home").incident_record
    assert made is not None
    made.mrid, made.status = mrid, None if status is None else Status(value=status)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def ticket(name: str, word: str | None = None, about: IncidentRecord | None = None) -> TroubleTicket:
    return TroubleTicket(f"TT-{name}", incident_record=about, status=None if word is None else Status(value=word))


def tickets(*found: TroubleTicket, outcome: str = "OK") -> Reply:
    return Reply(outcome, (), {}, found)


def refusal(judge: Callable[[], None]) -> str:
    with pytest.raises(Mismatch) as caught:
        judge()
    return str(caught.value)


def test_nobody_is_told_of_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, tickets(ticket("home", "Energized"), ticket("shop", "Created"))).expect_told(of_incident=False)


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (tickets(ticket("home", "Energized")), "Payload/shop: expected a ticket"),
        (tickets(ticket("home", "Energized"), ticket("shop")), "shop/status/value"),
        (tickets(ticket("home", "Deenergized"), ticket("shop", "Created")), "home/status/value"),
        (tickets(ticket("home", "Energized"), ticket("shop", "Created", record())), "shop/IncidentRecord"),
        (tickets(ticket("home", "x"), ticket("shop", "x"), outcome="PARTIAL"), "Reply/Result"),
    ],
)
def test_somebody_is(monkeypatch: pytest.MonkeyPatch, reply: Reply, says: str) -> None:
    assert says in refusal(lambda: told(monkeypatch, reply).expect_told(of_incident=False))


def test_each_is_told_of_the_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    out = [ticket(name, "Deenergized", record()) for name in NAMES]
    told(monkeypatch, tickets(*out)).expect_told(of_incident=True)


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (ticket("shop", "Created", record()), "shop/status/value"),
        (ticket("shop", "Deenergized"), "shop/IncidentRecord"),
        (ticket("shop", "Deenergized", record("INC-other")), "shop/IncidentRecord/mRID"),
        (ticket("shop", "Deenergized", record(crews=[])), "shop/IncidentRecord/Crews"),
        (ticket("shop", "Deenergized", record(comment=None)), "shop/IncidentRecord/comment"),
        (ticket("shop", "Deenergized", record(estimated_restoration_time=None)), "estimatedRestorationTime"),
    ],
)
def test_one_is_not(monkeypatch: pytest.MonkeyPatch, second: TroubleTicket, says: str) -> None:
    reply = tickets(ticket("home", "Deenergized", record()), second)
    assert says in refusal(lambda: told(monkeypatch, reply).expect_told(of_incident=True))


def asked(monkeypatch: pytest.MonkeyPatch, *replies: Reply) -> Story:
    return told(monkeypatch, *replies, operation="GetTroubleTickets")


def test_one_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    story = asked(monkeypatch, tickets(ticket("home", about=record("INC-1")), ticket("shop", about=record("INC-1"))))
    story.expect_one_incident(NAMES)
    assert story.known_incident()["mrid"] == "INC-1"


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([ticket("home", about=record("INC-1")), ticket("shop", about=record("INC-2"))], "one incident for home, shop"),
        ([ticket("home", about=record("INC-1")), ticket("shop")], "one incident for home, shop"),
        ([ticket("home"), ticket("shop")], "one incident for home, shop"),
        ([ticket("home", about=record("INC-1"))], "tickets of home, shop"),
    ],
)
def test_not_one_incident(monkeypatch: pytest.MonkeyPatch, found: list[TroubleTicket], says: str) -> None:
    assert says in refusal(lambda: asked(monkeypatch, tickets(*found)).expect_one_incident(NAMES))


def test_tickets_of_the_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    home, shop = ticket("home"), ticket("shop")
    asked(monkeypatch, tickets(shop, home), tickets(home), tickets(shop)).expect_tickets_of_incident(NAMES)


@pytest.mark.parametrize(
    "found",
    [
        ([ticket("home")], [ticket("home")], [ticket("shop")]),
        ([ticket("home"), ticket("shop"), ticket("mill")], [ticket("home")], [ticket("shop")]),
        ([ticket("home"), ticket("shop")], [], [ticket("shop")]),
        ([ticket("home"), ticket("shop")], [ticket("home")], [ticket("home")]),
    ],
    ids=["one is missing", "one is strange", "not by its usage point", "another by the usage point"],
)
def test_not_the_tickets_of_the_incident(monkeypatch: pytest.MonkeyPatch, found: tuple[Any, ...]) -> None:
    story = asked(monkeypatch, *(tickets(*each) for each in found))
    assert "Payload: expected tickets of" in refusal(lambda: story.expect_tickets_of_incident(NAMES))


def test_all_that_is_noted_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [ticket(name, about=record()) for name in NAMES]
    asked(monkeypatch, tickets(*both)).expect_incident_shown()
    both[1].incident_record = record(outage_record=None)
    told_of = refusal(lambda: asked(monkeypatch, tickets(*both)).expect_incident_shown())
    assert "Payload/shop/IncidentRecord/OutageRecord" in told_of


@pytest.mark.parametrize(
    ("words", "over"), [(("Closed", "closed"), True), (("Assigned", "Closed"), None), (("New", "Dispatched"), False)]
)
def test_whether_it_is_over(monkeypatch: pytest.MonkeyPatch, words: tuple[str, str], over: bool | None) -> None:
    found = [ticket(name, about=record(status=word)) for name, word in zip(NAMES, words, strict=True)]
    for claim in (True, False):
        story = asked(monkeypatch, tickets(*found))
        if claim is over:
            story.expect_over(claim)
        else:
            assert "status/value" in refusal(lambda story=story, claim=claim: story.expect_over(claim))


def test_without_a_status_it_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [ticket(name, about=record(status=None)) for name in NAMES]
    for claim in (True, False):
        story = asked(monkeypatch, tickets(*found))
        assert "status/value" in refusal(lambda story=story, claim=claim: story.expect_over(claim))


BOTH, NONE = tickets(ticket("home"), ticket("shop")), tickets()


@pytest.mark.parametrize(
    "replies",
    [(NONE, NONE, BOTH, NONE), (BOTH, BOTH, BOTH, NONE), (BOTH, NONE, NONE, NONE), (BOTH, NONE, BOTH, BOTH)],
    ids=["not by incident", "still active by incident", "not by mRID", "still active by mRID"],
)
def test_not_archived(monkeypatch: pytest.MonkeyPatch, replies: tuple[Reply, ...]) -> None:
    asked(monkeypatch, BOTH, NONE, BOTH, NONE).expect_archived()
    assert "Payload" in refusal(asked(monkeypatch, *replies).expect_archived)


def pulled(monkeypatch: pytest.MonkeyPatch, *callbacks: CallBack) -> Story:
    reply = Reply("OK", (), {}, (), None, callbacks)
    story = told(monkeypatch, reply, operation="GetCallbacks")
    monkeypatch.setattr(story_module.reply_judging, "expect_reply", lambda *given: None)
    return story


def of(name: str, csr: str = "csr-7", about: str = "INC-home") -> CallBack:
    return carried(name, csr, incident_record=record(about))


def test_a_representative_has_got_callbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    story = pulled(monkeypatch, of("shop"), of("home"), of("other"))
    story.expect_got("csr-7", NAMES)
    assert story.callbacks == {"home": "CB-home", "shop": "CB-shop"}
    pulled(monkeypatch).expect_got("csr-7", [])


@pytest.mark.parametrize(
    ("callbacks", "says"),
    [
        ([of("home")], "callbacks of csr-7: expected home, shop, observed home"),
        ([], "observed none"),
        ([of("home"), of("shop"), of("shop")], "callbacks: expected one of shop, observed two"),
        ([of("home"), of("shop", "csr-8")], "callback of shop/csrId"),
        ([of("home"), of("shop", about="INC-other")], "callback of shop/IncidentRecord/mRID"),
    ],
)
def test_a_representative_has_got_others(monkeypatch: pytest.MonkeyPatch, callbacks: list[CallBack], says: str) -> None:
    assert says in refusal(lambda: pulled(monkeypatch, *callbacks).expect_got("csr-7", NAMES))


def test_a_representative_should_have_got_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "expected none, observed shop" in refusal(lambda: pulled(monkeypatch, of("shop")).expect_got("csr-7", []))


@pytest.mark.parametrize(
    ("results", "outcome", "right"),
    [
        ([result("CB-home")], "OK", True),
        ([], "OK", False),
        ([result("CB-shop")], "OK", False),
        ([result("CB-home"), result("CB-shop")], "OK", False),
        ([result("CB-home")], "PARTIAL", False),
    ],
)
def test_results_are_taken(
    monkeypatch: pytest.MonkeyPatch, results: list[CallBackResult], outcome: str, right: bool
) -> None:
    reply = Reply(outcome, (), {}, (), None, (), tuple(results))
    story = told(monkeypatch, reply, operation="CreatedCallBacksResults")
    story.callbacks, story.reported = {"home": "CB-home", "shop": "CB-shop"}, ["home"]
    if right:
        story.expect_taken()
    else:
        refusal(story.expect_taken)


CALL = {"mrid": "CB-home", "outcome": "Restored", "posted": True, "reply_result": "OK", "problem": None}
TAKEN = {"behaviour": "normal", "result": "OK"}


def called(
    monkeypatch: pytest.MonkeyPatch, callbacks: list[CallBack], calls: list[dict[str, Any]], record: Any = None
) -> Story:
    story = told(monkeypatch, NONE)
    ivr = Ivr(record or TAKEN)
    ivr.calls = calls
    story.queue.__dict__["_ivr"] = ivr
    sent = SentCallbacks({}, tuple(callbacks), True)
    monkeypatch.setattr(story_module, "read_sent", lambda record, contract: sent)
    return story


def test_the_ivr_has_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called(monkeypatch, [of("home", "CrmAdapter"), of("other", "CrmAdapter")], [CALL]).expect_called_by_ivr("home")


@pytest.mark.parametrize(
    ("callbacks", "calls", "record", "says"),
    [
        ([], [], None, "callbacks that the IVR got"),
        ([of("home", "CrmAdapter")], [CALL], {**TAKEN, "result": "FAILED"}, "callbacks that the IVR got"),
        ([of("home", "CrmAdapter"), of("shop", "CrmAdapter")], [CALL], None, "callbacks that the IVR got"),
        ([of("shop", "CrmAdapter")], [CALL], None, "callbacks that the IVR got"),
        ([of("home", "csr-7")], [CALL], None, "callback of home/csrId"),
        ([of("home", "CrmAdapter")], [], None, "result that the IVR reported"),
        ([of("home", "CrmAdapter")], [{**CALL, "reply_result": "FAILED"}], None, "result that the IVR reported"),
        ([of("home", "CrmAdapter")], [CALL, CALL], None, "result that the IVR reported"),
    ],
)
def test_the_ivr_has_not_called_or_others(
    monkeypatch: pytest.MonkeyPatch, callbacks: list[CallBack], calls: list[dict[str, Any]], record: Any, says: str
) -> None:
    story = called(monkeypatch, callbacks, calls, record)
    assert says in refusal(lambda: story.expect_called_by_ivr("home"))


def test_the_story_must_have_met_its_incident_and_its_callbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    story = told(monkeypatch, NONE)
    story.incident = None
    with pytest.raises(HarnessError, match="has not met its incident"):
        story.known_incident()
    with pytest.raises(HarnessError, match="given the callback of 'home'"):
        story.report("csr-7", [["customer", "result"], ["home", "Restored"]])
    with pytest.raises(HarnessError, match="none of CreatedCallBacksResults"):
        story.expect_taken()


@pytest.mark.parametrize(
    ("text", "names"),
    [('"home"', ["home"]), ('"home", "shop" and "clinic"', ["home", "shop", "clinic"]), ("nobody", [])],
)
def test_names_in_a_sentence(text: str, names: list[str]) -> None:
    assert names_in(text) == names

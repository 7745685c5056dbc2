"""How the IVR judges a message, and what it does with it under each behaviour."""

import pytest
from contract_files import PARTS, SAMPLES
from lxml import etree

from crm_contract.contract import load_contract
from crm_contract.envelope import SOAP
from crm_soap.faults import SoapFault
from crm_soap.parsing import parse_envelope
from mock_ivr.behaviour import Setting
from mock_ivr.journal import Message
from mock_ivr.receiving import Handling, in_hand
from mock_ivr.soap import SendCallBacks

CONTRACT = load_contract()
OPERATION = CONTRACT.operations["CreatedCallBacks"]
SAMPLE = (SAMPLES / "CreatedCallBacks.request.xml").read_bytes()
MRIDS = ["019719f6-a520-789b-b287-5aef11253cd1", "019719f6-a138-71c8-84b4-f57bd83f853d"]
BROKEN = [
    ((b"<h:Verb>created<", b"<h:Verb>changed<"), ["2.9"], MRIDS),
    ((b"<h:Noun>CallBacks<", b"<h:Noun>Tickets<"), ["2.5"], MRIDS),
    ((b"<h:Verb>created</h:Verb>", b"<h:Verb>x</h:Verb>"), ["2.9"], MRIDS),
    ((b"<h:Verb>created</h:Verb>", b""), ["1.8"], MRIDS),
    ((b"<p:languageId>1033<", b"<p:languageId>English<"), ["1.8"], MRIDS),
    ((b"p:CallBacks", b"p:Callbacks"), ["1.8"], []),
]


class Ivr:
    """The service without its server."""

    def __init__(self):
        self.taken = []
        self._service = SendCallBacks(CONTRACT, self.taken.append)
        self.message = None

    def receive(self, body=SAMPLE, mode="normal"):
        """The answer's one element."""
        self.message = Message("now", mode)
        in_hand.set(Handling(Setting(mode=mode), self.message))
        return parse_envelope(self._service(parse_envelope(body)))


@pytest.fixture
def ivr():
    return Ivr()


def changed(*changes):
    body = SAMPLE
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    return body


def verdict(reply):
    codes = [each.text for each in reply.iter(f"{{{PARTS}}}code")]
    return reply.findtext(f".//{{{PARTS}}}Result"), codes


def test_a_good_message_is_taken_and_answered_ok(ivr):
    reply = ivr.receive()
    assert CONTRACT.schema(OPERATION).validate(reply)
    assert etree.QName(reply).localname == OPERATION.response
    assert verdict(reply) == ("OK", [])
    assert ivr.taken == [MRIDS]
    texts = {etree.QName(each).localname: each.text for each in reply[0]}
    assert (texts["Verb"], texts["Noun"], texts["Revision"]) == ("reply", "CallBacks", "2.0")
    assert texts["CorrelationID"] == "2e54cf78-f762-44ab-9abd-5ef1e88ea2ae"
    assert texts["MessageID"] != texts["CorrelationID"]
    assert texts["Timestamp"].endswith("Z")
    message = ivr.message
    assert (message.valid, message.problem, message.callbacks, message.result) == (True, None, MRIDS, "OK")
    assert (message.verb, message.noun, message.message_id) == ("created", "CallBacks", texts["CorrelationID"])


def test_the_noun_may_be_written_in_any_case(ivr):
    assert verdict(ivr.receive(changed((b"<h:Noun>CallBacks<", b"<h:Noun>callbacks<")))) == ("OK", [])


@pytest.mark.parametrize(("change", "codes", "mrids"), BROKEN)
def test_a_bad_message_fails_and_nothing_is_taken(ivr, change, codes, mrids):
    reply = ivr.receive(changed(change))
    assert CONTRACT.schema(OPERATION).validate(reply)
    assert verdict(reply) == ("FAILED", codes)
    assert ivr.taken == []
    assert (ivr.message.valid, ivr.message.result, ivr.message.callbacks) == (False, "FAILED", mrids)
    assert ivr.message.problem


def test_verb_and_noun_may_both_be_wrong(ivr):
    body = changed((b"<h:Verb>created<", b"<h:Verb>get<"), (b"<h:Noun>CallBacks<", b"<h:Noun>x<"))
    assert verdict(ivr.receive(body)) == ("FAILED", ["2.9", "2.5"])


def test_a_repeated_message_is_answered_ok_and_not_taken_twice(ivr):
    assert verdict(ivr.receive()) == verdict(ivr.receive()) == ("OK", [])
    assert ivr.taken == [MRIDS]
    assert verdict(ivr.receive(changed((b"<h:MessageID>2e54", b"<h:MessageID>0000")))) == ("OK", [])
    assert ivr.taken == [MRIDS, MRIDS]


def test_messages_without_an_id_are_all_taken(ivr):
    bare = changed((b"<h:MessageID>2e54cf78-f762-44ab-9abd-5ef1e88ea2ae</h:MessageID>", b""))
    for _ in range(2):
        ivr.receive(bare)
    assert ivr.taken == [MRIDS, MRIDS]


def test_a_message_that_met_a_behaviour_is_taken_when_it_comes_again(ivr):
    ivr.receive(mode="failed")
    assert ivr.taken == []
    ivr.receive()
    assert ivr.taken == [MRIDS]


@pytest.mark.parametrize(("mode", "result"), [("slow", "OK"), ("failed", "FAILED"), ("partial", "PARTIAL")])
def test_a_proper_reply_is_valid_whatever_its_result(ivr, mode, result):
    reply = ivr.receive(mode=mode)
    assert CONTRACT.schema(OPERATION).validate(reply)
    assert verdict(reply) == (result, [] if result == "OK" else ["5.2"])
    assert (ivr.taken, ivr.message.result, ivr.message.valid) == ([], result, True)


def test_a_fault_carries_the_operation_s_fault_message(ivr):
    with pytest.raises(SoapFault) as raised:
        ivr.receive(mode="fault")
    detail = raised.value.detail
    assert CONTRACT.schema(OPERATION).validate(detail)
    assert etree.QName(detail).localname == OPERATION.fault
    assert verdict(detail) == ("FAILED", ["5.3"])
    assert (ivr.taken, ivr.message.result, ivr.message.valid) == ([], None, True)


def test_an_invalid_reply_breaks_the_schema(ivr):
    reply = ivr.receive(mode="invalid")
    assert reply.tag == f"{{{OPERATION.message_namespace}}}{OPERATION.response}"
    assert not CONTRACT.schema(OPERATION).validate(reply)
    assert (ivr.taken, ivr.message.result) == ([], None)


def test_another_operation_s_reply_is_valid_there(ivr):
    other = CONTRACT.operations["CreatedTroubleTickets"]
    reply = ivr.receive(mode="other-reply")
    assert reply.tag == f"{{{other.message_namespace}}}TroubleTicketsResponseMessage"
    assert CONTRACT.schema(other).validate(reply)
    assert ivr.taken == []


@pytest.mark.parametrize("mode", ["html", "nothing", "drop"])
def test_what_gets_no_reply_is_judged_all_the_same(ivr, mode):
    with pytest.raises(SoapFault, match="has no body"):
        ivr.receive(changed(BROKEN[0][0]), mode)
    assert (ivr.message.valid, ivr.message.callbacks, ivr.message.result) == (False, MRIDS, None)
    assert ivr.taken == []


def test_the_answer_is_an_envelope(ivr):
    assert ivr.receive().getparent().getparent().tag == f"{{{SOAP}}}Envelope"

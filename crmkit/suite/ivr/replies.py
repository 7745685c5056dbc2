"""What an IVR answers, beyond what every reply is judged by (crmkit.suite.replies.judging)."""

from __future__ import annotations

from lxml import etree

from crm_contract.envelope import SOAP
from crmkit.suite.errors import HarnessError, Mismatch
from crmkit.suite.evidence import Aspect, Check, Held
from crmkit.suite.ivr.dialogue import Dialogue
from crmkit.suite.ivr.questions import question_of
from crmkit.suite.ivr.written import Table
from crmkit.suite.replies.judging import expect_reply
from crmkit.suite.tables import rows_with

_ERROR = ("code", "level", "reason", "details", "{0}")
_COLUMNS = (("result", ""), *((name, "") for name in _ERROR), ("reading", ""))
_SHOWN = 200


def expect_one_of(dialogue: Dialogue, table: Table) -> None:
    """The reply is one of the table's, of which every one is a reading of a decision; a Result names its row."""
    conversation = dialogue.conversation
    rows = rows_with(table, _COLUMNS)
    read = conversation.reply_as_read()
    observed = read.result if read else ""
    wanted = next((row for row in rows if row["result"] == observed), rows[0])
    question = question_of(wanted["reading"])
    if question is None:
        raise HarnessError(f"{wanted['reading']!r} is no reading of a decision")
    errors = None
    if wanted.get("code"):
        errors = [list(_ERROR), [wanted[name] for name in _ERROR]]
    elif observed == wanted["result"] != "OK":
        # What stands in the Errors is the IVR's own, but there have to be some (D-13).
        _expect_some_error(dialogue)
        return _note(dialogue, wanted["reading"])
    expect_reply(conversation, wanted["result"], errors)
    return _note(dialogue, wanted["reading"])


def expect_each_ok(dialogue: Dialogue) -> None:
    """Every message of the scenario was answered with OK and its own CorrelationID."""
    for sending in dialogue.sendings:
        dialogue.conversation.adopt(sending.message, sending.exchange)
        expect_reply(dialogue.conversation, "OK", None)


def expect_message_id_as_correlation(dialogue: Dialogue) -> None:
    """The request had no CorrelationID, so that the reply's is its MessageID (D-16)."""
    conversation = dialogue.conversation
    message = dialogue.sendings[-1].message
    observed = conversation.reply().header.get("CorrelationID", "").strip()
    expected = message.header.message_id
    held = Held.STRICT if observed == expected else Held.NO
    path = "Header/CorrelationID"
    conversation.judge(
        [Check(Aspect.HEADER, path, f"{expected}, the request's MessageID", observed or "absent", held, element=path)]
    )


def expect_plain_fault(dialogue: Dialogue) -> None:
    """A SOAP 1.1 fault, whatever its detail, with an HTTP status that is no success."""
    answer = dialogue.conversation.answered().answered()
    fault = _fault_in(answer.body)
    shown = " ".join(answer.body[: 2 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN] or "nothing"
    is_error = answer.status >= 400
    dialogue.conversation.judge(
        [
            Check(
                Aspect.MESSAGE,
                "reply",
                "a SOAP fault",
                shown if fault is None else "a SOAP fault",
                Held.NO if fault is None else Held.STRICT,
            ),
            Check(
                Aspect.MESSAGE,
                "HTTP status",
                "400 or more for a fault",
                str(answer.status),
                Held.STRICT if is_error else Held.NO,
            ),
        ]
    )


def _expect_some_error(dialogue: Dialogue) -> None:
    reply = dialogue.conversation.reply()
    there = [each.code for each in reply.errors if each.code]
    held = Held.STRICT if there else Held.NO
    dialogue.conversation.judge(
        [
            Check(Aspect.RESULT, "Reply/Result", reply.result, reply.result, Held.READING, element="Reply/Result"),
            Check(Aspect.CODE, "Reply/Error", "at least one with a code (D-13)", ", ".join(there) or "none", held),
        ]
    )


def _note(dialogue: Dialogue, reading: str) -> None:
    question = question_of(reading)
    if question is None:
        return
    interpretations = dialogue.run.interpretations
    if not question.admits(interpretations, reading):
        wanted = question.wanted(interpretations) or question.printed
        raise Mismatch.of(question.decision, wanted, reading)
    dialogue.conversation.readings_seen[question.decision] = reading


def _fault_in(body: bytes) -> etree._Element | None:
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault") if root.tag == f"{{{SOAP}}}Envelope" else None

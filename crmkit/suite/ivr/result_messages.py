"""What stands in the results that an IVR posts: the message, its header, and each result (Table 10.18)."""

from __future__ import annotations

import email.message
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lxml import etree

from crm_contract.contract import Operation
from crm_contract.envelope import SOAP, noun_matches
from crm_contract.values import parse_datetime
from crmkit.listening.postings import Posting, ReportedResult
from crmkit.suite.errors import CouldNotTest, Mismatch
from crmkit.suite.evidence import Aspect, Check, Held
from crmkit.suite.ivr.dialogue import Dialogue
from crmkit.suite.ivr.questions import CSR, RESULTS_HEADER
from crmkit.suite.ivr.results import await_results, silence

OPERATION = "CreatedCallBacksResults"
_MAY_LACK = ("Timestamp", "MessageID", "CorrelationID")
# Clocks of two systems may differ.
_CLOCKS = timedelta(minutes=5)
_SHOWN = 200


def expect_valid_messages(dialogue: Dialogue) -> None:
    """Every message with results of the scenario is valid against the schema, with the header of Table 10.18."""
    operation = dialogue.run.target.contract.operations[OPERATION]
    for posting in _messages(dialogue):
        checks = [_content_type(posting)]
        message, problem = _valid(dialogue, operation, posting)
        said = "a message that is valid against the schema"
        held = Held.NO if problem else Held.STRICT
        checks.append(Check(Aspect.MESSAGE, "message with results", said, problem or said, held))
        if message is not None:
            checks += list(_header(dialogue, operation, message))
        dialogue.conversation.judge(checks)


def expect_words(dialogue: Dialogue) -> None:
    """Each result is a word that is configured."""
    words = dialogue.run.words
    dialogue.conversation.judge(
        Check(
            Aspect.PAYLOAD,
            f"{name}/status/value",
            f"one of {', '.join(sorted(words))}",
            result.value or "absent",
            Held.STRICT if result.value in words else Held.NO,
        )
        for name, result, _ in _results(dialogue)
    )


def expect_times(dialogue: Dialogue) -> None:
    """Each result tells when the call was made: after the callback was sent, and before its result came."""
    dialogue.conversation.judge(
        Check(
            Aspect.PAYLOAD,
            f"{name}/dateTime",
            "between the sending of the callback and the arrival of its result",
            result.date_time or "absent",
            Held.STRICT if _is_between(dialogue, result, posting) else Held.NO,
        )
        for name, result, posting in _results(dialogue)
    )


def expect_csr(dialogue: Dialogue) -> None:
    """Each result tells who made the call, or none does (D-38)."""
    found = _results(dialogue)
    lacking = [name for name, result, _ in found if not result.csr_id]
    reading = CSR.answers[1 if lacking else 0]
    admitted = CSR.admits(dialogue.run.interpretations, reading)
    dialogue.conversation.judge(
        Check(
            Aspect.PAYLOAD,
            f"{name}/csrId",
            "who made the call",
            result.csr_id or "absent",
            Held.STRICT if result.csr_id else Held.READING if admitted else Held.NO,
            None if result.csr_id else CSR.decision,
        )
        for name, result, _ in found
    )
    dialogue.conversation.readings_seen[CSR.decision] = reading


def _messages(dialogue: Dialogue) -> list[Posting]:
    """The messages of the scenario's callbacks, and those of nobody's that came since it began."""
    await_any(dialogue)
    began = min(each.exchange.started for each in dialogue.sendings)
    results = dialogue.run.needs_results()
    return [each for each in results.postings() if dialogue.concerns(each) or (not each.mrids and each.began >= began)]


def await_any(dialogue: Dialogue) -> None:
    """Wait for a message with results of the scenario, or one that tells no mRID. Mismatch when there is none."""
    run = dialogue.run
    results = run.needs_results()
    began = min(each.exchange.started for each in dialogue.sendings)

    def is_there(postings: list[Posting]) -> bool:
        return any(dialogue.concerns(each) or (not each.mrids and each.began >= began) for each in postings)

    if results.wait_until(is_there, run.patience):
        return
    if not results.postings():
        run.is_silent = True
        raise CouldNotTest(silence(dialogue))
    raise Mismatch.of("message with results", "one", "none")


def _results(dialogue: Dialogue) -> list[tuple[str, ReportedResult, Posting]]:
    """By what the scenario calls them, the results that there are. Mismatch where there is none at all."""
    await_results(dialogue, dialogue.sent_at)
    names = {mrid: alias for alias, mrid in dialogue.callbacks.items()}
    found = [
        (f"result of {names[result.mrid]}", result, posting)
        for posting in dialogue.postings()
        for result in posting.results
        if result.mrid in names
    ]
    if not found:
        raise Mismatch.of("results", "one for each callback", "none")
    return found


def _is_between(dialogue: Dialogue, result: ReportedResult, posting: Posting) -> bool:
    try:
        when = parse_datetime(result.date_time or "", UTC)
    except ValueError:
        return False
    return dialogue.sent_at[str(result.mrid)] - _CLOCKS <= when <= posting.arrived + _CLOCKS


def _content_type(posting: Posting) -> Check:
    told = next((value for name, value in posting.headers.items() if name.lower() == "content-type"), "")
    message = email.message.Message()
    message["content-type"] = told
    kind = message.get_content_type() if told else ""
    held = Held.STRICT if kind in ("text/xml", "application/xml") or kind.endswith("+xml") else Held.NO
    return Check(Aspect.MESSAGE, "Content-Type of results", "text/xml", told or "absent", held)


def _valid(dialogue: Dialogue, operation: Operation, posting: Posting) -> tuple[etree._Element | None, str | None]:
    """The message as far as it can be read, and what is wrong with it."""
    shown = " ".join(posting.body[: 2 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN] or "nothing"
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(posting.body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return None, f"no XML: {shown} ({error})"
    entries = [each for each in root.iterfind(f"{{{SOAP}}}Body/*") if isinstance(each.tag, str)]
    if root.tag != f"{{{SOAP}}}Envelope" or len(entries) != 1:
        return None, f"no SOAP 1.1 envelope with one element: {shown}"
    message = etree.fromstring(etree.tostring(entries[0], with_tail=False))
    if message.tag != operation.request:
        return None, f"{message.tag} in place of {operation.request}"
    try:
        dialogue.run.target.contract.schema(operation).assertValid(message)
    except etree.DocumentInvalid as error:
        return message, str(error)
    return message, None


def _header(dialogue: Dialogue, operation: Operation, message: etree._Element) -> Iterator[Check]:
    contract = dialogue.run.target.contract
    header = message.find(f"{{{operation.message_namespace}}}Header")

    def told(name: str) -> str | None:
        found = None if header is None else header.findtext(f"{{{contract.message_parts}}}{name}")
        return None if found is None else found.strip()

    def check(name: str, expected: str, held: Held, decision: str | None = None) -> Check:
        return Check(Aspect.HEADER, f"Header/{name} of results", expected, told(name) or "absent", held, decision)

    verb, noun = told("Verb"), told("Noun") or ""
    yield check("Verb", operation.verb, Held.STRICT if verb == operation.verb else Held.NO)
    same = Held.STRICT if noun == operation.noun else Held.NORMAL if noun_matches(noun, operation) else Held.NO
    yield check("Noun", operation.noun, same)
    lacking = [name for name in _MAY_LACK if not told(name)]
    reading = RESULTS_HEADER.answers[1 if lacking else 0]
    admitted = RESULTS_HEADER.admits(dialogue.run.interpretations, reading)
    for name in _MAY_LACK:
        if name in lacking:
            yield check(name, "there", Held.READING if admitted else Held.NO, RESULTS_HEADER.decision)
        elif name == "Timestamp":
            yield check(name, "now, with a zone", Held.STRICT if _is_now(told(name) or "") else Held.NO)
        else:
            yield check(name, "there", Held.STRICT)
    dialogue.conversation.readings_seen[RESULTS_HEADER.decision] = reading


def _is_now(text: str) -> bool:
    if not text.endswith("Z") and text[-6:-5] not in ("+", "-"):
        return False
    try:
        return abs(parse_datetime(text, UTC) - datetime.now(UTC)) <= timedelta(hours=1)
    except ValueError:
        return False

"""Tables 10.20 and 10.21: a CreatedCallBacks message that the adapter sends, and what the IVR replies."""

from __future__ import annotations

import storm_callers as callers
from storm_callback_lines import HANDED_OUT, NEVER_FILLED, check_handed_out, check_never_filled
from storm_headers import INVALID, assert_in_no_store, moment
from storm_lines import lines
from storm_parts import sent
from storm_run import Storm

from crm_contract.mappings import MappingLine


@lines("10.20", "Header")
def test_header_of_the_message(it: Storm, line: MappingLine) -> None:
    """Made by the adapter; only the publication itself knows it."""
    ids = [each.publication["message_id"] for each in it.sent.values()]
    assert len(set(ids)) == len(ids)
    for each in it.sent.values():
        made = {
            "Verb": "created",
            "Noun": "CallBacks",
            "Revision": "2.0",
            "Timestamp": moment(each.at),
            "Source": "EcoStruxure GridOps",
            "MessageID": each.publication["message_id"],
            "CorrelationID": each.publication["message_id"],
        }[line.property]
        assert each.event.carried(line) == [made]
        if line.property != "Timestamp":
            assert_in_no_store(it, made)


@lines("10.20", "Payload", *HANDED_OUT)
def test_a_callback_as_it_is_sent(it: Storm, line: MappingLine) -> None:
    own = {
        "comment": ("Voice box full.", "Fax tone."),
        "csrId": ("CrmAdapter", "CrmAdapter"),
        "dateTime": ("2026-03-01T12:22:00.000Z", "2026-03-01T12:22:00.000Z"),
        "TroubleTickets.CustomerData": ("Fox", "Gray"),
        "TroubleTickets.languageId": ("21514", "1033"),
        "TroubleTickets.troubleCode": ("Damaged Equipment", "Street Light Out"),
        "TroubleTickets.UsagePoint.mRID": ("UP-6", "UP-7"),
    }
    check_handed_out(it, line, list(sent(it)), own)


@lines("10.20", "Payload", *NEVER_FILLED)
def test_what_is_never_filled(it: Storm, line: MappingLine) -> None:
    check_never_filled(line, *(each.event for each in it.sent.values()))


@lines("10.21", "Header")
def test_header_of_the_ivrs_reply(it: Storm, line: MappingLine) -> None:
    """It is there as the IVR wrote it, and taken; no store keeps it, and one that is not valid is logged."""
    good, written = it.sent["good"], callers.IVR_HEADER[line.property]
    assert good.answer.carried(line) == [written]
    assert (good.publication["outcome"], good.logged) == ("OK", [])
    assert_in_no_store(it, written)
    check_spoiled(it, line)


@lines("10.21", "Reply")
def test_result_of_the_ivrs_reply(it: Storm, line: MappingLine) -> None:
    """It decides whether the message is settled in silence or with a word in the log."""
    for key, result, logged in (("good", "OK", 0), ("failed", "FAILED", 1)):
        told = it.sent[key]
        assert told.answer.carried(line) == [result]
        assert (told.publication["outcome"], len(told.logged)) == (result, logged)
    check_spoiled(it, line)


def check_spoiled(it: Storm, line: MappingLine) -> None:
    """With the element there twice the reply is no valid one."""
    spoiled = it.sent[f"spoiled {line.property}"]
    assert len(spoiled.answer.carried(line)) == 2
    assert spoiled.publication["outcome"] == "invalid reply"
    assert [(each["code"], each["reason"]) for each in spoiled.logged] == [INVALID]

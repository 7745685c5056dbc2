"""Tables 10.18 and 10.19: a CreatedCallBacksResults message and its reply."""

from __future__ import annotations

from lxml import etree
from storm_headers import assert_in_no_store, check_client_header, check_reply_header, check_result
from storm_lines import lines
from storm_messages import Message
from storm_run import Storm
from storm_store import by_code

from crm_contract.mappings import MappingLine

NAMES = ("CRM-ALPHA", "CRM-1003")


def entry(it: Storm, message: Message, name: str) -> etree._Element:
    return message.entry(mRID=it.callback(name, "restored")["mrid"])


def check_stored(it: Storm, line: MappingLine, said: tuple[str, str], stored: tuple[str, str] | None = None) -> None:
    """What both results say, and what the line's column holds then and did not before."""
    request = it.exchanges["results"].request
    for name, told, kept in zip(NAMES, said, stored or said, strict=True):
        assert request.carried(line, entry(it, request, name)) == [told]
        assert by_code(it.callback(name, "pulled"), "callback", line.model_codes) != [kept]
        assert by_code(it.callback(name, "results"), "callback", line.model_codes) == [kept]


@lines("10.18", "Header")
def test_header_of_the_request(it: Storm, line: MappingLine) -> None:
    check_client_header(line, it, "results")


@lines("10.18", "Payload", "mRID")
def test_the_callback_that_has_it_gets_the_result(it: Storm, line: MappingLine) -> None:
    request = it.exchanges["results"].request
    before, after = it.stores["nobody's result"].rows("dmz_callbacks"), it.stores["results"].rows("dmz_callbacks")
    changed = {row["mrid"] for row in after if row not in before}
    said = [mrid for each in request.entries() for mrid in request.carried(line, each)]
    held = [mrid for name in NAMES for mrid in by_code(it.callback(name, "results"), "callback", line.model_codes)]
    assert said == held
    assert changed == set(said)


@lines("10.18", "Payload", "comment")
def test_comments_are_appended(it: Storm, line: MappingLine) -> None:
    check_stored(
        it,
        line,
        ("Lights are on again.", "Told the machine."),
        ("Nobody picked up.\nLights are on again.", "Engaged twice.\nTold the machine."),
    )


@lines("10.18", "Payload", "csrId")
def test_the_csr_is_compared_with_the_holder_and_stored_as_the_last_user(it: Storm, line: MappingLine) -> None:
    assigned, last = line.model_codes
    request = it.exchanges["results"].request
    for name in NAMES:
        assert request.carried(line, entry(it, request, name)) == ["csr-ortega"]
        pulled, settled = it.callback(name, "pulled"), it.callback(name, "results")
        assert by_code(pulled, "callback", [assigned]) == ["csr-ortega"]
        assert by_code(pulled, "callback", [last]) == ["csr-first"]
        assert by_code(settled, "callback", [last]) == ["csr-ortega"]
    other = it.exchanges["nobody's result"]
    assert other.request.carried(line, other.request.entry()) == ["csr-nobody"]
    assert [reason for _, reason in other.reply.errors()] == ["DifferentCsrId"]
    # The audit has one more message; the queue is as it was.
    assert it.stores["nobody's result"].rows("dmz_callbacks") == it.stores["pulled"].rows("dmz_callbacks")


@lines("10.18", "Payload", "dateTime")
def test_when_the_call_was_made(it: Storm, line: MappingLine) -> None:
    check_stored(it, line, ("2026-03-01T12:31:20.375Z", "2026-03-01T12:32:25.625Z"))


@lines("10.18", "Payload", "name")
def test_a_name_is_not_kept(it: Storm, line: MappingLine) -> None:
    assert not line.is_stored()
    request = it.exchanges["results"].request
    for name, said in zip(NAMES, ("call-alpha", "call-delta"), strict=True):
        assert request.carried(line, entry(it, request, name)) == [said]
        assert_in_no_store(it, said)


@lines("10.18", "Payload", "status.value")
def test_result_words(it: Storm, line: MappingLine) -> None:
    check_stored(it, line, ("Restored", "Left Message"))


@lines("10.19", "Header")
def test_header_of_the_reply(it: Storm, line: MappingLine) -> None:
    check_reply_header(line, it, "results", "in vain")


@lines("10.19", "Reply")
def test_result(it: Storm, line: MappingLine) -> None:
    check_result(line, it, "results")


@lines("10.19", "Payload", "mRID")
def test_the_reply_tells_which_callbacks_they_were(it: Storm, line: MappingLine) -> None:
    reply = it.exchanges["results"].reply
    told = [reply.carried(line, each) for each in reply.entries()]
    assert told == [by_code(it.callback(name, "results"), "callback", line.model_codes) for name in NAMES]


@lines("10.19", "Payload", "status.value")
def test_the_reply_says_what_was_done(it: Storm, line: MappingLine) -> None:
    reply = it.exchanges["results"].reply
    assert [reply.carried(line, each) for each in reply.entries()] == [["Updated"], ["Updated"]]

"""A valid sample with one thing broken is invalid, and both validators say so for the same reason."""

import pytest
from contract_files import NS, PARTS, independent_complaint, lxml_complaint, message_in, sample
from lxml import etree
from single_changes import added, doubled, id_of_kind, marked, moved, renamed, saying, swapped, with_text, without

# For each sample: what is broken, how, and a word that the complaints of both validators must hold.
BROKEN = {
    "5.1-05.request.xml": [
        ("no Header", without("Header"), "Header"),
        ("no Payload", without("Payload"), "Payload"),
        ("no Verb", without("Header/Verb"), "Verb"),
        ("no Noun", without("Header/Noun"), "Noun"),
        ("no UserID", without("Header/User/UserID"), "UserID"),
        ("a second Header", doubled("Header"), "Header"),
        ("a second Payload", doubled("Payload"), "Payload"),
        ("a second payload root", doubled("TroubleTickets"), "TroubleTickets"),
        ("a second MessageID", doubled("Header/MessageID"), "MessageID"),
        ("Payload before Header", swapped("Header"), "Payload"),
        ("Noun before Verb", swapped("Header/Verb"), "Noun"),
        ("Source before Timestamp", swapped("Header/Timestamp"), "Timestamp"),
        ("Verb in the message's namespace", moved("Header/Verb", f"{NS}/TroubleTicketsMessage"), "Verb"),
        ("Header in the namespace of its parts", moved("Header", PARTS), "Header"),
        ("header in small letters", renamed("Header", "header"), "header"),
        ("a verb of nobody's", saying("Header/Verb", "update"), "Verb"),
        ("a verb in capitals", saying("Header/Verb", "Created"), "Verb"),
        ("a day as Timestamp", saying("Header/Timestamp", "2025-05-28"), "Timestamp"),
        ("an unknown part of the Header", added("Header", "Priority", PARTS), "Priority"),
        ("a Reply in a request", renamed("Payload", "Reply"), "Reply"),
        ("a Request in an event", renamed("Payload", "Request"), "Request"),
        ("text in the Payload", with_text("Payload"), "Payload"),
        ("an attribute on a ticket", marked("TroubleTicket", "ref", "7"), "ref"),
        (
            "payload root in the message's namespace",
            moved("TroubleTickets", f"{NS}/TroubleTicketsMessage"),
            "TroubleTickets",
        ),
        ("a ticket in the message's namespace", moved("TroubleTicket", f"{NS}/TroubleTicketsMessage"), "TroubleTicket"),
        ("another payload root", renamed("TroubleTickets", "Tickets"), "Tickets"),
        ("csrId before createdDateTime", swapped("TroubleTicket/createdDateTime"), "createdDateTime"),
        ("start before end", swapped("TroubleTicket/CallBacks/Periods/end"), "end"),
        ("CustomerData before CallBacks", swapped("TroubleTicket/CallBacks"), "CallBacks"),
        ("two comments", doubled("TroubleTicket/comment"), "comment"),
        ("two usage points", doubled("TroubleTicket/UsagePoint"), "UsagePoint"),
        ("a misspelt element", renamed("TroubleTicket/csrId", "csrID"), "csrID"),
        ("an element nobody knows", added("TroubleTicket", "severity"), "severity"),
        ("perhaps a callback", saying("TroubleTicket/callBack", "yes"), "callBack"),
        ("a language by name", saying("TroubleTicket/languageId", "en-US"), "languageId"),
        ("a language with a fraction", saying("TroubleTicket/languageId", "1033.0"), "languageId"),
        ("an empty language", saying("TroubleTicket/languageId", ""), "languageId"),
        (
            "a month that does not exist",
            saying("TroubleTicket/createdDateTime", "2025-13-28T18:00:00Z"),
            "createdDateTime",
        ),
        ("a time in words", saying("TroubleTicket/firstCallDateTime", "half past six"), "firstCallDateTime"),
        (
            "a period with a space for its T",
            saying("TroubleTicket/CallBacks/Periods/end", "2025-05-28 21:30:00"),
            "end",
        ),
    ],
    "5.1-09.request.xml": [
        ("a usage point with a name", added("TroubleTicket/UsagePoint", "name"), "name"),
        ("type before name", swapped("TroubleTicket/Location/name"), "name"),
    ],
    "5.1-12.reply.xml": [
        ("no Reply", without("Reply"), "Reply"),
        ("no Result", without("Reply/Result"), "Result"),
        ("no code", without("Reply/Error/code"), "code"),
        ("two Results", doubled("Reply/Result"), "Result"),
        ("a result of nobody's", saying("Reply/Result", "Ok"), "Result"),
        ("a level of nobody's", saying("Reply/Error/level", "ERROR"), "level"),
        ("reason before level", swapped("Reply/Error/level"), "level"),
        ("Error before Result", swapped("Reply/Result"), "Error"),
        ("an ID of an unknown kind", id_of_kind("number"), "number"),
        ("Result in the message's namespace", moved("Reply/Result", f"{NS}/TroubleTicketsMessage"), "Result"),
    ],
    "5.1-06.reply.xml": [
        (
            "a restoration time in words",
            saying("TroubleTicket/IncidentRecord/estimatedRestorationTime", "tonight"),
            "estimatedRestorationTime",
        ),
        ("status before crews", swapped("TroubleTicket/IncidentRecord/OutageRecord"), "OutageRecord"),
        ("a count in words", saying("TroubleTicket/previousTroubleTicketsCount", "one"), "previousTroubleTicketsCount"),
    ],
    "5.1-04.reply.xml": [
        ("a fault without Reply", without("Reply"), "Reply"),
        ("a fault with a Header", added("", "Header"), "Header"),
    ],
    "ChangedTroubleTickets.request.xml": [
        ("no Payload", without("Payload"), "Payload"),
        ("csrId before comment", swapped("TroubleTicket/comment"), "comment"),
        ("two e-mail addresses", doubled("TroubleTicket/CustomerData/electronicAddress"), "electronicAddress"),
    ],
    "ChangedTroubleTickets.reply.xml": [
        ("a value of another name", renamed("TroubleTicket/status/value", "text"), "text"),
    ],
    "GetTroubleTickets.request.xml": [
        ("no Request", without("Request"), "Request"),
        ("no query", without("Request/GetTroubleTickets"), "GetTroubleTickets"),
        ("Payload for Request", renamed("Request", "Payload"), "Payload"),
        (
            "the query in the response's namespace",
            moved("Request/GetTroubleTickets", f"{NS}/TroubleTickets#"),
            "GetTroubleTickets",
        ),
        ("a criterion nobody knows", added("Request/GetTroubleTickets/TroubleTicket", "csrId"), "csrId"),
    ],
    "GetTroubleTickets.reply.xml": [
        ("the payload in the query's namespace", moved("TroubleTickets", f"{NS}/GetTroubleTickets#"), "TroubleTickets"),
    ],
    "GetCallbacks.request.xml": [
        ("a negative count", saying("CallBack/count", "-1"), "count"),
        ("a count in words", saying("CallBack/count", "all"), "count"),
        ("two criteria", doubled("CallBack"), "CallBack"),
        ("count behind csrId", swapped("CallBack/count"), "count"),
    ],
    "GetCallbacks.reply.xml": [
        ("a reason in small letters", renamed("CallBack/Reason", "reason"), "reason"),
        ("a callback in the message's namespace", moved("CallBacks/CallBack", f"{NS}/CallBacksMessage"), "CallBack"),
    ],
    "CreatedCallBacksResults.request.xml": [
        ("the root's other spelling", renamed("CallBacksResults", "CallBackResults"), "CallBackResults"),
        ("a result outside status", added("CallBackResult", "result"), "result"),
        ("a time of day only", saying("CallBackResult/dateTime", "21:06:10"), "dateTime"),
    ],
    "CreatedCallBacksResults.reply.xml": [
        ("a second Reply", doubled("Reply"), "Reply"),
    ],
    "CreatedCallBacks.request.xml": [
        ("no payload root", without("CallBacks"), "CallBacks"),
        ("a language by name", saying("CallBack/TroubleTickets/languageId", "English"), "languageId"),
    ],
    "CreatedCallBacks.reply.xml": [
        ("an empty Verb", saying("Header/Verb", ""), "Verb"),
    ],
}


@pytest.mark.parametrize(
    ("name", "break_it", "word"),
    [
        pytest.param(name, how, word, id=f"{name}: {what}")
        for name, cases in BROKEN.items()
        for what, how, word in cases
    ],
)
def test_one_broken_thing_makes_a_valid_sample_invalid(name, break_it, word):
    message = message_in(sample(name))
    assert lxml_complaint(message) is None
    assert independent_complaint(message) is None

    break_it(message)

    for complaint in (lxml_complaint(message), independent_complaint(message)):
        assert complaint is not None
        assert word in complaint


def test_the_broken_samples_cover_every_operation_request_and_reply():
    covered = {etree.QName(message_in(sample(name))).localname for name in BROKEN}
    assert covered == {
        "CreatedTroubleTickets",
        "ChangedTroubleTickets",
        "GetTroubleTickets",
        "GetCallbacks",
        "CreatedCallBacksResults",
        "CreatedCallBacks",
        "TroubleTicketsResponseMessage",
        "TroubleTicketsFaultMessage",
        "CallBacksResponseMessage",
        "CallBacksResultsResponseMessage",
    }

"""Callbacks as features write them, and the message that carries them to an IVR."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from crm_contract.contract import load_contract
from crmkit.suite.errors import HarnessError
from crmkit.suite.ivr.questions import QUESTIONS, question_of
from crmkit.suite.ivr.written import Written, read_callbacks, write
from crmkit.suite.messages import Header

CONTRACT = load_contract()
OPERATION = CONTRACT.operations["CreatedCallBacks"]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HEADER = Header("created", "CallBacks", "2026-03-01T12:00:00Z", "m-1", "m-1", source="EcoStruxure GridOps")
P = f"{{{OPERATION.payload_namespace}}}"


def written(*table: list[str], without: tuple[str, ...] = ()) -> Written:
    callbacks = read_callbacks(list(table), lambda alias: f"CB-{alias}", NOW)
    return write(CONTRACT, OPERATION, HEADER, callbacks, without)


def texts(message: Written) -> dict[str, str]:
    """The payload's texts by the path of names; the first of each."""
    found: dict[str, str] = {}
    for element in etree.fromstring(message.body).iter(f"{P}*"):
        if not len(element):
            path = [etree.QName(each).localname for each in element.iterancestors(f"{P}*")][::-1][2:]
            found.setdefault("/".join([*path, etree.QName(element).localname]), element.text or "")
    return found


def test_a_usual_callback_has_all_that_an_adapter_sends() -> None:
    message = written(["callback"], ["first"])
    assert (message.is_valid, message.mrids) == (True, ("CB-first",))
    assert texts(message) == {
        "mRID": "CB-first",
        "comment": "Back in service.",
        "csrId": "CrmAdapter",
        "dateTime": "2026-03-01T12:00:00Z",
        "Reason": "PowerRestored",
        "IncidentRecord/mRID": "INC-1",
        "IncidentRecord/comment": "Fuse replaced.",
        "IncidentRecord/createdDateTime": "2026-03-01T12:00:00Z",
        "IncidentRecord/OutageRecord/OutageCodes/name": "Equipment",
        "IncidentRecord/OutageRecord/OutageCodes/subCode": "Blown Fuse",
        "IncidentRecord/status/value": "In Progress",
        "TroubleTickets/languageId": "1033",
        "TroubleTickets/troubleCode": "No Power/No Light",
        "TroubleTickets/CustomerData/firstName": "Ada",
        "TroubleTickets/CustomerData/lastName": "Lovelace",
        "TroubleTickets/CustomerData/mobilePhone/localNumber": "+1 512 555 0101",
        "TroubleTickets/UsagePoint/mRID": "UP-1",
    }


def test_empty_cells_leave_elements_out() -> None:
    names = ["comment", "assigned", "reason", "language", "trouble code", "person", "usage point", "incident"]
    message = written(["callback", *names], ["first", *[""] * len(names)])
    assert message.is_valid
    assert texts(message) == {"mRID": "CB-first", "csrId": "CrmAdapter"}


def test_texts_are_sent_as_they_are() -> None:
    comment = 'a < b & c > d "e" ]]> 電力 🔌'
    message = written(["callback", "comment"], ["first", comment])
    assert message.is_valid
    assert texts(message)["comment"] == comment
    assert texts(written(["callback", "comment"], ["first", "x*4000"]))["comment"] == "x" * 4000


@pytest.mark.parametrize(
    ("column", "cell"), [("language", "English"), ("assigned", "yesterday"), ("element", "priority")]
)
def test_mistyped_values_and_strange_elements_make_it_invalid(column: str, cell: str) -> None:
    message = written(["callback", column], ["first", cell])
    assert not message.is_valid
    assert cell.encode() in message.body


@pytest.mark.parametrize("path", ["Header", "Header/Verb", "Payload", "Payload/CallBacks"])
def test_without_a_mandatory_element_it_is_invalid(path: str) -> None:
    message = written(["callback"], ["first"], without=(path,))
    assert not message.is_valid
    assert f":{path.rpartition('/')[2]}>".encode() not in message.body


def test_without_other_header_elements_it_is_valid() -> None:
    message = written(["callback"], ["first"], without=("Header/Timestamp", "Header/Source"))
    assert message.is_valid
    assert b"Timestamp>" not in message.body


def test_what_cannot_be_written_is_a_mistake_of_the_feature() -> None:
    with pytest.raises(HarnessError, match="the message has no Header/Colour"):
        written(["callback"], ["first"], without=("Header/Colour",))
    with pytest.raises(HarnessError, match="no column 'colour' here"):
        written(["callback", "colour"], ["first", "red"])


def test_every_reading_belongs_to_one_question() -> None:
    readings = [reading for each in QUESTIONS for reading in each.answers]
    assert len(readings) == len(set(readings))
    found = question_of("FAILED for a message without callbacks")
    assert found is not None
    assert found.decision == "D-13"
    assert question_of("anything goes") is None

"""The catalogue holds the 71 rows as the interface prints them."""

from collections import Counter

import pytest
from contract_files import CONTRACT
from lxml import etree

from crm_contract.use_cases import OPERATIONS, load_catalogue

HOSTED = (
    "CreatedTroubleTickets",
    "ChangedTroubleTickets",
    "GetTroubleTickets",
    "GetCallbacks",
    "CreatedCallBacksResults",
)
OPERATION_OF_TABLE = {
    "5.1": "CreatedTroubleTickets",
    "5.2": "ChangedTroubleTickets",
    "6.1": "GetTroubleTickets",
    "7.1": "GetCallbacks",
    "8.1": "CreatedCallBacksResults",
    "9.1": "CreatedCallBacks",
}
NEEDS = {
    "IVR answers invalidly",
    "IVR down",
    "IVR reachable from the target",
    "adapter log",
    "archived tickets",
    "automatic callback",
    "callbacks",
    "confirmed incident",
    "incident with tickets",
    "incident without tickets",
    "internal error",
    "known ticket",
    "known usage point",
    "landbase down",
    "landbase object",
    "landbase search type",
    "preferred contact",
    "several contacts",
    "slow IMS",
}
DECISIONS = {f"D-{number:02}" for number in range(1, 45)} | {"D-02b", "D-06b"}

# What the tables print: Result, code, level, reason; a row without an Error ends after its Result.
PRINTED = """
5.1-01 FAILED 2.9 FATAL InvalidVerb
5.1-02 FAILED 2.5 FATAL InvalidNoun
5.1-03 FAILED 1.8 FATAL InvalidMessage
5.1-04 FAILED 5.3 FATAL InternalServerError
5.1-05 OK
5.1-06 OK
5.1-07 OK
5.1-08 OK
5.1-09 OK
5.1-10 OK
5.1-11 OK 2.7 WARNING CommentExceedsLimit
5.1-12 OK 2.7 WARNING InvalidHazardType
5.1-13 PARTIAL/FAILED 2.7 FATAL InvalidTroubleCode
5.1-14 PARTIAL/FAILED 2.7 FATAL MissingTroubleCode
5.1-15 OK 2.7 WARNING InvalidLanguageId
5.1-16 OK 2.7 WARNING InvalidCallSource
5.1-17 OK 2.7 WARNING CallbackPeriodEndDateTimeInPast
5.1-18 OK 2.7 WARNING InvalidPeriod
5.1-19 OK/PARTIAL/FAILED 2.7 INFORM LocationTypeNotSupported
5.1-20 OK 2.5 WARNING InvalidPositionPoint
5.1-21 OK 2.7 INFORM CallbackPeriodMissing
5.1-22 OK/PARTIAL/FAILED 2.7 WARNING InvalidSearchTypeParamsNames
5.1-23 PARTIAL/FAILED 1.2 FATAL InvalidContactDetail
5.1-24 OK 2.5 WARNING InvalidCreatedDateTime
5.1-25 OK
5.1-26 OK
5.1-27 OK 2.7 INFORM UnlocatableLandbaseTroubleTicket
5.1-28 OK
5.1-29 OK 5.3 WARNING ImsCallbackNotReceived
5.2-01 OK
5.2-02 OK
5.2-03 PARTIAL/FAILED 1.2 FATAL UpdateDataMissing
5.2-04 PARTIAL/FAILED 2.7 FATAL DuplicateMRIDs
5.2-05 PARTIAL/FAILED 2.7 WARNING CommentExceedsLimit
5.2-06 PARTIAL/FAILED 1.2 FATAL MrIDMissing
5.2-07 PARTIAL/FAILED 2.7 FATAL EntityNotFound
5.2-08 OK
5.2-09 FAILED 1.8 FATAL CsrIDMissing
6.1-01 OK
6.1-02 OK
6.1-03 OK
6.1-04 OK
6.1-05 FAILED 2.7 FATAL ContextMissing
6.1-06 FAILED 2.7 FATAL EntityNotFound
6.1-07 FAILED 2.7 FATAL EntityNotFound
6.1-08 OK 2.7 INFORM EntityNotFound
6.1-09 FAILED 2.7 FATAL EntityNotFound
6.1-10 FAILED 1.2 FATAL SearchCriteriaMissing
6.1-11 FAILED 1.2 FATAL MultipleSearchCriteriaProvided
6.1-12 OK 2.7 INFORM EntityNotFound
6.1-13 OK
6.1-14 OK
6.1-15 FAILED 2.7 FATAL InvalidContext
7.1-01 OK
7.1-02 OK
7.1-03 FAILED 1.2 FATAL CsrIdMissing
7.1-04 FAILED 1.2 FATAL PriorityNotNumber
7.1-05 OK 1.2 INFORM EntityNotFound
7.1-06 FAILED 1.2 FATAL InvalidLanguageId
8.1-01 OK
8.1-02 PARTIAL/FAILED 2.7 FATAL EntityNotFound
8.1-03 FAILED 2.7 FATAL InvalidCallBackResult
8.1-04 OK 2.7 WARNING CommentExceedsLimit
8.1-05 FAILED 2.7 FATAL DifferentCsrId
8.1-06 FAILED 2.7 FATAL CallbackResultMissing
8.1-07 PARTIAL/FAILED 2.7 FATAL DuplicateMRIDs
8.1-08 PARTIAL/FAILED 2.7 FATAL MissingMRIDs
9.1-01 OK
9.1-02 OK
9.1-03 FAILED
9.1-04 FAILED 1.8 FATAL InvalidMessage
"""
# Rows whose text allows more than their Result column prints.
WIDER = {
    "5.1-23": ("OK", "PARTIAL", "FAILED"),
    "5.2-09": ("PARTIAL", "FAILED"),
    "8.1-03": ("PARTIAL", "FAILED"),
    "8.1-05": ("PARTIAL", "FAILED"),
    "8.1-06": ("PARTIAL", "FAILED"),
}
# The texts of the rows beyond Table 5.1, whose texts the sample messages show.
DETAILS = {
    "5.2-03": "Comment and Customer data are not provided for trouble tickets(s): {0}.",
    "5.2-04": "Duplicate mRID {0} in the message.",
    "5.2-05": "Comment exceeds limit for trouble ticket(s): {0}",
    "5.2-06": "MrID is not specified for trouble ticket(s).",
    "5.2-07": "Trouble ticket {0} not found in ADMS.",
    "5.2-09": "CsrID is not provided.",
    "6.1-05": "Context element not found in message.",
    "6.1-06": "Invalid entity mRID(s): {0}",
    "6.1-07": "Invalid Trouble Ticket name(s): {0}",
    "6.1-08": "No trouble tickets found for provided search criteria: {0}",
    "6.1-09": "Invalid entity mRID(s): {0}",
    "6.1-10": "Search criteria is not provided in request message.",
    "6.1-11": "Multiple search criteria provided in request message.",
    "6.1-12": "No trouble tickets found for provided search criteria: {0}",
    "6.1-15": "Invalid context: {0}.",
    "7.1-03": "Customer Service Representative ID is not provided in request message.",
    "7.1-04": "Priority {0} is invalid numerical value.",
    "7.1-05": "No callbacks found for provided search criteria.",
    "7.1-06": "Received language id isn't valid or isn't in configuration.",
    "8.1-02": "Invalid callback(s) mRID(s): {0}",
    "8.1-03": "Invalid callback result: {0} for callback(s): {1}",
    "8.1-04": "Comment exceeds limit for callback(s): {0}",
    "8.1-05": "Callback result cannot be updated if: {0} or adapter is not assigned to that callback.",
    "8.1-06": "Callback result element not found in message for callback(s): {0}.",
    "8.1-07": "Duplicate mRID {0} in the message.",
    "8.1-08": "Callback mrid is not provided.",
    "9.1-04": "Received message is invalid against xsd schema. Reason: {0}.",
}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_the_tables_have_their_rows(catalogue):
    assert len(catalogue) == len(catalogue.rows) == 71
    assert Counter(row.table for row in catalogue) == {
        "5.1": 29,
        "5.2": 9,
        "6.1": 15,
        "7.1": 6,
        "8.1": 8,
        "9.1": 4,
    }


def test_every_row_is_as_printed(catalogue):
    error = ("code", "level", "reason")
    seen = [
        " ".join([row.id, "/".join(row.result), *(getattr(row, part) for part in error if getattr(row, part))])
        for row in catalogue
    ]
    assert "\n".join(seen) == PRINTED.strip()


def test_details_are_as_printed(catalogue):
    assert {row.id: row.details for row in catalogue if row.details and row.table != "5.1"} == DETAILS


def test_only_rows_that_contradict_themselves_accept_more(catalogue):
    assert {row.id: row.accepts for row in catalogue if row.accepts != row.result} == WIDER


def test_ids_count_the_rows_of_their_table(catalogue):
    for table in OPERATION_OF_TABLE:
        ids = [row.id for row in catalogue if row.table == table]
        assert ids == [f"{table}-{position:02}" for position in range(1, len(ids) + 1)]


def test_the_first_four_rows_hold_for_every_hosted_operation_and_the_rest_for_their_table_s(catalogue):
    for row in catalogue.rows[:4]:
        assert row.operations == HOSTED
    for row in catalogue.rows[4:]:
        assert row.operations == (OPERATION_OF_TABLE[row.table],)


@pytest.mark.parametrize(
    ("operation", "rows"),
    [
        ("CreatedTroubleTickets", 29),
        ("ChangedTroubleTickets", 13),
        ("GetTroubleTickets", 19),
        ("GetCallbacks", 10),
        ("CreatedCallBacksResults", 12),
        ("CreatedCallBacks", 4),
        ("SendCallBacks", 0),
    ],
)
def test_rows_of_an_operation(catalogue, operation, rows):
    assert len(catalogue.for_operation(operation)) == rows


def test_a_row_is_found_by_its_id(catalogue):
    assert catalogue["5.1-20"].details == "{0} coordinate of the position point {1} is not valid."
    with pytest.raises(KeyError):
        catalogue["5.1-30"]


def test_every_row_of_5_1_names_decisions_and_all_named_ones_exist(catalogue):
    assert all(row.decisions for row in catalogue if row.table == "5.1")
    assert {decision for row in catalogue for decision in row.decisions} <= DECISIONS


def test_needs_come_from_one_vocabulary(catalogue):
    assert {need for row in catalogue for need in row.needs} == NEEDS


def test_titles_are_unique(catalogue):
    titles = Counter(row.title for row in catalogue)
    assert not [title for title, times in titles.items() if times > 1]


def test_the_operations_are_those_of_the_wsdls():
    wsdl = "{http://schemas.xmlsoap.org/wsdl/}"
    offered = {
        operation.get("name")
        for file in (CONTRACT / "wsdl").glob("*.wsdl")
        for operation in etree.parse(file).iterfind(f"{wsdl}portType/{wsdl}operation")
    }
    assert offered == set(OPERATIONS)

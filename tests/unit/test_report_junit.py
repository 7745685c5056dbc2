"""junit.xml says of every scenario what build servers should make of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from report_samples import sample

from crmkit.evidence.document import Document, RowEntry
from crmkit.evidence.junit import junit_of

RULES = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit_rules.xsd")))


@pytest.fixture(scope="module")
def document() -> Document:
    return sample()[0]


@pytest.fixture(scope="module")
def root(document: Document) -> etree._Element:
    return etree.fromstring(junit_of(document))


def case(root: etree._Element, scenario: str) -> etree._Element:
    (found,) = root.xpath("//testcase[properties/property[@name='scenario'][@value=$id]]", id=scenario)
    return found


def properties(element: etree._Element) -> dict[str, str]:
    return {each.get("name"): each.get("value") for each in element.iterfind("properties/property")}


def test_it_keeps_the_rules(root: etree._Element) -> None:
    RULES.assertValid(root)


def test_there_is_a_suite_an_operation_a_case_a_scenario(document: Document, root: etree._Element) -> None:
    assert [suite.get("name") for suite in root] == [
        "CreatedTroubleTickets",
        "ChangedTroubleTickets",
        "GetTroubleTickets",
        "GetCallbacks",
        "CreatedCallBacksResults",
        "CreatedCallBacks",
        "story",
        "winter.feature",
    ]
    ids = [each.get("value") for each in root.iterfind(".//property[@name='scenario']")]
    told = [scenario.id for row in document.results for scenario in row.scenarios]
    assert ids == [*told, "story-1", "own-winter-1"]
    assert len(ids) == int(root.get("tests")) == sum(int(suite.get("tests")) for suite in root)


def test_the_row_is_a_property_of_the_case(root: etree._Element) -> None:
    found = case(root, "5.1-13-CreatedTroubleTickets-2")
    assert properties(found) == {
        "row": "5.1-13",
        "table": "5.1",
        "operation": "CreatedTroubleTickets",
        "scenario": "5.1-13-CreatedTroubleTickets-2",
        "outcome": "passed",
    }
    assert (found.find("failure"), found.find("skipped"), found.find("error")) == (None, None, None)
    assert found.findtext("system-out") == (
        "request: messages/5.1-13-CreatedTroubleTickets-2.02.request.xml\n"
        "response: messages/5.1-13-CreatedTroubleTickets-2.02.response.xml"
    )


def test_what_the_target_does_wrong_is_a_failure(root: etree._Element) -> None:
    failure = case(root, "5.1-13-CreatedTroubleTickets-1").find("failure")
    assert failure is not None
    wrong = "Reply/Error[1]/code: expected 2.7, observed 9.9 \u2013 <script>alert('x')</script>"
    assert (failure.get("message"), failure.text) == (wrong, wrong)


def test_what_could_not_be_tested_is_skipped_with_what_to_supply(root: etree._Element) -> None:
    skipped = case(root, "5.1-04-CreatedTroubleTickets-1").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "give --control URL of the target's control API"
    assert skipped.get("type") == "could-not-test"
    not_applicable = case(root, "9.1-04-CreatedCallBacks-1").find("skipped")
    assert not_applicable is not None
    assert not_applicable.get("type") == "not-applicable"


def test_the_kits_own_fault_is_an_error(root: etree._Element) -> None:
    error = case(root, "7.1-03-GetCallbacks-1").find("error")
    assert error is not None
    assert error.get("message") == "nobody takes a connection at http://adapter.example:8080: Connection refused"


def test_what_a_person_attested_passes_and_says_so(root: etree._Element) -> None:
    found = case(root, "8.1-04-CreatedCallBacksResults-1")
    assert properties(found)["outcome"] == "attested"
    assert [child.tag for child in found] == ["properties", "system-out"]


def test_counts_are_those_of_the_cases(root: etree._Element) -> None:
    suite = root[0]
    assert {name: suite.get(name) for name in ("failures", "errors", "skipped")} == {
        "failures": "2",
        "errors": "0",
        "skipped": "2",
    }
    assert (root.get("failures"), root.get("errors")) == ("3", "1")


def test_a_row_of_which_nothing_ran_is_a_case_of_its_own(document: Document) -> None:
    row = RowEntry(
        row="5.1-05",
        operation="CreatedTroubleTickets",
        table="5.1",
        title="Plain",
        outcome="error",
        reason="no \x00 answer",
        seconds=0,
    )
    changed = document.model_copy(update={"results": [row], "story": None, "own_scenarios": []})
    root = etree.fromstring(junit_of(changed))
    RULES.assertValid(root)
    (found,) = root.iterfind(".//testcase")
    assert found.get("name") == "5.1-05 Plain"
    assert properties(found)["row"] == "5.1-05"
    error = found.find("error")
    assert error is not None
    # A character that XML cannot carry.
    assert error.get("message") == "no \ufffd answer"


def test_rows_that_were_not_selected_are_no_cases(root: etree._Element) -> None:
    assert not root.xpath("//property[@name='row'][@value='5.2-01']")

"""Findings become the Errors of a reply: grouped, filled, in the order of the rows."""

import pytest
from builders import as_tuples

from reference_adapter.configuration.errors import ErrorTemplate
from reference_adapter.rules.registry import Finding, Grouping, RuleBook
from reference_adapter.rules.reports import Report


def template(details, reason="Odd"):
    numbers = tuple(number for number in range(10) if f"{{{number}}}" in details)
    return ErrorTemplate("2.7", "WARNING", reason, details, numbers)


def reported(details, *noted, grouping=Grouping.PER_REASON, about_value=False):
    """The details of all Errors; `noted` are pairs of a ticket and its values."""
    rules = RuleBook()
    rules.rule("5.1-01", "Odd", grouping=grouping, about_value=about_value)(lambda: None)
    report = Report(rules)
    for ticket, *values in noted:
        report.add("Odd", [Finding(value) for value in values], ticket)
    return [error.details for error in report.errors({"Odd": template(details)})]


NOTED = [("a", "x", "y"), ("b", "y"), ("a", "x"), ("c", "z")]


def test_one_error_a_reason_holds_each_value_and_ticket_once():
    assert reported("{0} for {1}.", *NOTED) == ["x, y, z for a, b, c."]


def test_one_error_a_value_holds_its_tickets():
    expected = ["x for a.", "y for a, b.", "z for c."]
    assert reported("{0} for {1}.", *NOTED, grouping=Grouping.PER_VALUE) == expected


def test_one_error_a_finding_says_nothing_twice():
    expected = ["x for a.", "y for a.", "y for b.", "z for c."]
    assert reported("{0} for {1}.", *NOTED, grouping=Grouping.PER_FINDING) == expected


@pytest.mark.parametrize("number", [0, 1, 7])
@pytest.mark.parametrize(("about_value", "filled"), [(False, "a, b, c"), (True, "x, y, z")])
def test_a_lone_placeholder_takes_the_tickets_unless_it_speaks_of_a_value(number, about_value, filled):
    if number == 7:
        filled = ""
    assert reported(f"said: {{{number}}}", *NOTED, about_value=about_value) == [f"said: {filled}"]


def test_a_lone_placeholder_may_stand_twice():
    assert reported("{1} and {1}", ("a", "x")) == ["a and a"]


def test_a_template_without_placeholders_is_said_once():
    assert reported("oh", *NOTED) == ["oh"]


def test_no_placeholder_is_ever_left():
    assert reported("{0} {1} {2} {13}", ("a", "x")) == ["x a  "]


def test_values_are_not_read_as_templates():
    assert reported("{0} for {1}", ("{0}", "{1}")) == ["{1} for {0}"]


@pytest.fixture
def two_rules():
    rules = RuleBook()
    rules.rule("5.1-01", "First")(lambda: None)
    rules.rule("5.1-02")(lambda: None)
    rules.rule("5.1-03", "Second", grouping=Grouping.PER_FINDING)(lambda: None)
    return rules


BOTH = {"First": template("{0}", "First"), "Second": template("{0} {1}", "Second")}


def test_errors_come_in_the_order_of_the_rows_however_they_were_found(two_rules):
    report = Report(two_rules)
    report.add("Second", [Finding("x")], "a")
    report.add("First", [Finding()], "b")
    report.add("Second", [Finding("y")], "b")
    assert as_tuples(report.errors(BOTH)) == [
        ("2.7", "WARNING", "First", "b"),
        ("2.7", "WARNING", "Second", "x a"),
        ("2.7", "WARNING", "Second", "y b"),
    ]


def test_a_finding_may_be_another_rule_s_and_may_name_something_else_than_the_ticket(two_rules):
    report = Report(two_rules)
    report.add("First", [Finding(reason="Second", value="v", subject="s")], "a")
    assert [error.details for error in report.errors(BOTH)] == ["v s"]
    assert ("First" in report, "Second" in report) == (False, True)


def test_a_report_without_findings_has_no_errors(two_rules):
    report = Report(two_rules)
    report.add("First", [], "a")
    assert report.errors(BOTH) == []
    assert "First" not in report


def test_code_level_and_reason_are_the_configuration_s(two_rules):
    report = Report(two_rules)
    report.add("First", [Finding()], "a")
    changed = ErrorTemplate("9.9", "CATASTROPHIC", "Renamed", "uh", ())
    assert as_tuples(report.errors({"First": changed})) == [("9.9", "CATASTROPHIC", "Renamed", "uh")]

"""The table of rules: its order, its rows, and what they report against the catalogue."""

import pytest
from builders import shipped_errors

from crm_contract.use_cases import load_catalogue
from reference_adapter.operations.admission import EXTRA_REASONS
from reference_adapter.rules.common import COMMON_RULES
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.rules.registry import Finding, Grouping, Reporting, RuleBook, Scope

ROWS = [row for row in load_catalogue() if row.table == "5.1"]
REPORTING_ROWS = [row for row in ROWS if row.reason]
# Situations without a row: code and level by the standard's table.
EXTRA = {
    "TooManyItems": ("3.1", "FATAL"),
    "ReplayDetected": ("7.7", "FATAL"),
    "HighSystemActivity": ("5.1", "FATAL"),
}
PER_VALUE = {"InvalidTroubleCode", "InvalidPeriod", "LocationTypeNotSupported", "InvalidContactDetail"}
PER_FINDING = {"InvalidPositionPoint", "InvalidCreatedDateTime", "InternalServerError"}
ABOUT_A_VALUE = {
    "InvalidVerb",
    "InvalidNoun",
    "InvalidMessage",
    "InternalServerError",
    "InvalidPeriod",
    "LocationTypeNotSupported",
    "ImsCallbackNotReceived",
}


def book(*rows):
    made = RuleBook()
    for row in rows:
        made.rule(row, row)(lambda: None)
    return made


def test_every_row_of_the_table_is_registered_once_and_in_its_order():
    assert [rule.row for rule in CREATE_RULES] == [row.id for row in ROWS]


def test_the_common_rows_are_those_of_every_operation():
    assert [rule.row for rule in COMMON_RULES] == ["5.1-01", "5.1-02", "5.1-03", "5.1-04"]
    assert [CREATE_RULES[rule.row] for rule in COMMON_RULES] == list(COMMON_RULES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_rule_reports_the_reason_of_its_row(row):
    reporting = CREATE_RULES[row.id].reporting
    assert (reporting.reason if reporting else None) == row.reason


@pytest.mark.parametrize("row", REPORTING_ROWS, ids=lambda row: row.id)
def test_the_shipped_error_configuration_says_what_the_catalogue_prints(row):
    error = shipped_errors()[row.reason]
    assert (error.code, error.level, error.reason, error.details) == (row.code, row.level, row.reason, row.details)


def test_the_shipped_error_configuration_has_nothing_that_is_never_reported():
    assert set(shipped_errors()) == CREATE_RULES.reasons() | EXTRA_REASONS
    assert CREATE_RULES.reasons() == {row.reason for row in REPORTING_ROWS}


def test_situations_without_a_row_follow_the_standard_s_codes():
    assert set(EXTRA) == EXTRA_REASONS
    found = {reason: (shipped_errors()[reason].code, shipped_errors()[reason].level) for reason in EXTRA}
    assert found == EXTRA
    assert {shipped_errors()[reason].reason for reason in EXTRA} == set(EXTRA)


def test_how_errors_are_grouped():
    reporting = [rule.reporting for rule in CREATE_RULES if rule.reporting]
    assert {each.reason for each in reporting if each.grouping is Grouping.PER_VALUE} == PER_VALUE
    assert {each.reason for each in reporting if each.grouping is Grouping.PER_FINDING} == PER_FINDING
    assert {each.reason for each in reporting if each.about_value} == ABOUT_A_VALUE


def test_a_template_that_is_about_a_value_has_one_placeholder():
    for reason in ABOUT_A_VALUE:
        assert shipped_errors()[reason].placeholders == (0,)


def test_scopes():
    assert [rule.row for rule in CREATE_RULES.of(Scope.MESSAGE)] == ["5.1-01", "5.1-02", "5.1-03"]
    assert [rule.row for rule in CREATE_RULES.of(Scope.FAILURE)] == ["5.1-04"]
    assert [rule.row for rule in CREATE_RULES.of(Scope.FORWARDING)] == ["5.1-29"]
    assert [rule.row for rule in CREATE_RULES.of(Scope.ENTRY)] == [row.id for row in ROWS[4:28]]


def test_rules_are_named_by_their_row():
    made = RuleBook()

    @made.rule("5.1-01", "Odd", grouping=Grouping.PER_VALUE, about_value=True)
    def odd():
        return [Finding("1")]

    assert made["5.1-01"].check is odd
    assert made["5.1-01"].scope is Scope.ENTRY
    assert made["5.1-01"].reporting == Reporting("Odd", Grouping.PER_VALUE, about_value=True)
    with pytest.raises(KeyError):
        made["5.1-02"]


def test_a_rule_without_a_reason_reports_nothing():
    made = RuleBook()
    made.rule("5.1-01")(lambda: None)
    assert made["5.1-01"].reporting is None
    assert made.reasons() == frozenset()


@pytest.mark.parametrize("row", ["5.1-01", "5.1-05", "5.1-09"], ids=["earlier", "before the last", "the last again"])
def test_a_row_out_of_order_or_twice_is_refused(row):
    made = book("5.1-02", "5.1-09")
    with pytest.raises(ValueError, match=row):
        made.rule(row)(lambda: None)
    assert [rule.row for rule in made] == ["5.1-02", "5.1-09"]


def test_a_book_made_from_another_leaves_it_alone():
    first = book("5.1-01")
    second = RuleBook(first)
    second.rule("5.1-02")(lambda: None)
    assert [rule.row for rule in first] == ["5.1-01"]
    assert [rule.row for rule in second] == ["5.1-01", "5.1-02"]


def test_checks_can_be_replaced_in_a_copy():
    first = book("5.1-01", "5.1-02")

    def other():
        return None

    second = first.replacing({"5.1-02": other})
    assert second["5.1-02"].check is other
    assert second["5.1-02"].reporting == first["5.1-02"].reporting
    assert second["5.1-01"] == first["5.1-01"]
    assert first["5.1-02"].check is not other


def test_only_rows_that_are_there_can_be_replaced():
    with pytest.raises(KeyError, match=r"5\.1-07, 5\.1-08"):
        book("5.1-01").replacing({"5.1-08": print, "5.1-01": print, "5.1-07": print})

"""The table of rules: its order, its rows, and what they report against the catalogue."""

import pytest
from builders import HOSTED, shipped_errors

from crm_contract.use_cases import load_catalogue
from reference_adapter.operations.admission import EXTRA_REASONS
from reference_adapter.rules.common import COMMON_RULES
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.rules.registry import Finding, Grouping, Reporting, RuleBook, Scope
from reference_adapter.rules.send_callbacks import SEND_RULES

CATALOGUE = load_catalogue()
ROWS = [row for row in CATALOGUE if row.table == "5.1"]
COMMON = ["5.1-01", "5.1-02", "5.1-03", "5.1-04"]
TABLES = {
    "5.1": "CreatedTroubleTickets",
    "5.2": "ChangedTroubleTickets",
    "6.1": "GetTroubleTickets",
    "7.1": "GetCallbacks",
    "8.1": "CreatedCallBacksResults",
}
# What several rows of one reason are called in the configuration.
NAMES = {
    "6.1-06": "TicketMridNotFound",
    "6.1-07": "TicketNameNotFound",
    "6.1-08": "UsagePointWithoutTickets",
    "6.1-09": "IncidentMridNotFound",
    "6.1-12": "IncidentWithoutTickets",
}
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


def rules_of(table):
    return SEND_RULES if table == "9.1" else HOSTED[TABLES[table]][1]


def rows_of(table):
    own = [row for row in CATALOGUE if row.table == table]
    return own if table in ("5.1", "9.1") else [*(CATALOGUE[row] for row in COMMON), *own]


EVERY_ROW = [(table, row) for table in (*TABLES, "9.1") for row in rows_of(table)]


def test_there_are_71_rows_and_the_common_ones_four_times_more():
    assert len({row.id for _, row in EVERY_ROW}) == 71
    assert len(EVERY_ROW) == 87


@pytest.mark.parametrize("table", [*TABLES, "9.1"])
def test_every_row_of_a_table_is_registered_once_and_in_its_order(table):
    assert [rule.row for rule in rules_of(table)] == [row.id for row in rows_of(table)]


def test_the_common_rows_are_those_of_every_operation():
    assert [rule.row for rule in COMMON_RULES] == COMMON
    for table in TABLES:
        assert [rules_of(table)[rule.row] for rule in COMMON_RULES] == list(COMMON_RULES)


@pytest.mark.parametrize(("table", "row"), EVERY_ROW, ids=lambda each: getattr(each, "id", each))
def test_a_rule_reports_the_reason_of_its_row(table, row):
    reporting = rules_of(table)[row.id].reporting
    assert (reporting.reason if reporting else None) == row.reason
    assert reporting is None or reporting.name == NAMES.get(row.id, row.reason)


@pytest.mark.parametrize(
    ("table", "row"),
    [(table, row) for table, row in EVERY_ROW if row.reason and table != "9.1"],
    ids=lambda each: getattr(each, "id", each),
)
def test_the_shipped_error_configuration_says_what_the_catalogue_prints(table, row):
    error = shipped_errors(TABLES[table])[NAMES.get(row.id, row.reason)]
    assert (error.code, error.level, error.reason, error.details) == (row.code, row.level, row.reason, row.details)


def test_the_one_error_that_the_adapter_logs_is_what_the_catalogue_prints():
    (row,) = [row for table, row in EVERY_ROW if table == "9.1" and row.reason]
    entry = SEND_RULES[row.id].check("no such element.", "m-1")
    assert (entry.code, entry.level, entry.reason) == (row.code, row.level, row.reason)
    assert (entry.details, entry.message_id) == (row.details.replace("{0}", "no such element"), "m-1")


@pytest.mark.parametrize("operation", HOSTED)
def test_the_shipped_error_configuration_has_nothing_that_is_never_reported(operation):
    rules = HOSTED[operation][1]
    assert set(shipped_errors(operation)) == rules.reasons() | EXTRA_REASONS


@pytest.mark.parametrize("operation", HOSTED)
def test_situations_without_a_row_follow_the_standard_s_codes(operation):
    errors = shipped_errors(operation)
    assert set(EXTRA) == EXTRA_REASONS
    assert {reason: (errors[reason].code, errors[reason].level) for reason in EXTRA} == EXTRA
    assert {errors[reason].reason for reason in EXTRA} == set(EXTRA)
    assert [errors[reason].placeholders for reason in EXTRA] == [(0, 1), (0,), ()]


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


@pytest.mark.parametrize(
    ("table", "per_value", "about_value"),
    [
        ("5.2", {"DuplicateMRIDs", "EntityNotFound"}, {"DuplicateMRIDs", "EntityNotFound"}),
        ("6.1", set(), {*NAMES.values(), "InvalidContext"}),
        ("7.1", set(), {"PriorityNotNumber"}),
        (
            "8.1",
            {"InvalidCallBackResult", "DifferentCsrId", "DuplicateMRIDs"},
            {"DifferentCsrId", "DuplicateMRIDs"},
        ),
    ],
)
def test_how_errors_of_the_other_operations_are_grouped(table, per_value, about_value):
    reporting = [rule.reporting for rule in rules_of(table) if rule.reporting and rule.row not in COMMON]
    assert {each.name for each in reporting if each.grouping is Grouping.PER_VALUE} == per_value
    assert {each.name for each in reporting if each.grouping is Grouping.PER_FINDING} == set()
    assert {each.name for each in reporting if each.about_value} == about_value


def test_scopes_of_the_other_operations():
    def of(table, scope):
        return [rule.row for rule in rules_of(table).of(scope)]

    assert (of("5.2", Scope.IDENTITY), of("5.2", Scope.REQUEST)) == (["5.2-08"], ["5.2-09"])
    assert of("5.2", Scope.ENTRY) == [f"5.2-0{number}" for number in range(1, 8)]
    assert (of("6.1", Scope.CONTEXT), of("6.1", Scope.REQUEST)) == (["6.1-05", "6.1-15"], ["6.1-10", "6.1-11"])
    assert of("7.1", Scope.REQUEST) == ["7.1-03", "7.1-04", "7.1-06"]
    assert of("8.1", Scope.ENTRY) == [row.id for row in CATALOGUE if row.table == "8.1"]


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

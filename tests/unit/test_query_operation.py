"""GetTroubleTickets on a real store: rows 6.1-01 to 6.1-13 and 6.1-15, active and archived."""

import pytest
from builders import NOW, as_tuples, header, on, settings
from outages import outage
from stored import control, count, found, row, store_rows

from crm_contract.messages import IncidentCriterion, TicketCriterion, UsagePoint
from reference_adapter.operations.incident_life import archive
from reference_adapter.operations.replies import Result
from reference_adapter.storage import tables
from reference_adapter.storage.shared_state import INTERNAL_ERROR, InjectedFault, set_fault
from reference_adapter.storage.unit_of_work import InjectedFailure


def mrid(value):
    return TicketCriterion(mrid=value)


def name(value):
    return TicketCriterion(name=value)


def incident(value):
    return TicketCriterion(incident_record=IncidentCriterion(value))


def usage_point(value):
    return TicketCriterion(usage_point=UsagePoint(value))


@pytest.fixture
def town(store):
    """Active: `a` and `b` under INC-LAT-1, `c` alone. Archived: `d`, `e` of INC-TRF-4. `d` shares UP-1 and name `a`."""
    outage(store, row("d", **on("UP-1")), row("e", **on("UP-5")), device="TRF-4", closed_at=NOW)
    with store.change(NOW) as work:
        archive(work.incidents.find("INC-TRF-4"), work, settings(), NOW)
    outage(store, row("a", **on("UP-1")), row("b", **on("UP-2")), device="LAT-1", over=False)
    store_rows(store.database, row("c", **on("UP-1")))
    outage(store, device="TRF-3", over=False)
    with store.view() as work:
        active = {each["name"]: each["mrid"] for each in found(store.database)[1]}
        archived = {each.name: each.mrid for each in work.archive.by_incident(["INC-TRF-4"])}
    return {**active, **archived}


def names(outcome):
    assert (outcome.result, outcome.errors) == (Result.OK, [])
    return [each.name for each in outcome.tickets]


def refused(outcome, result=Result.FAILED):
    assert outcome.result is result
    if result is Result.FAILED:
        assert outcome.tickets is None
    return as_tuples(outcome.errors)


def not_found(level, details):
    return [("2.7", level, "EntityNotFound", details)]


# 6.1-01 to 6.1-04, 6.1-13


@pytest.mark.parametrize(("context", "known"), [("active", "abc"), ("archived", "de"), ("all", "abcde")])
def test_a_ticket_is_found_by_its_mrid_and_name_where_the_context_says(query, town, context, known):
    for each in "abcde":
        for criterion in (mrid(town[each]), name(each)):
            outcome = query(criterion, context=context)
            if each in known:
                assert (names(outcome), outcome.full_detail) == ([each], True)
            else:
                assert refused(outcome)[0][2] == "EntityNotFound"


@pytest.mark.parametrize(
    ("criterion", "active", "archived"),
    [
        (incident("INC-LAT-1"), ["a", "b"], []),
        (incident("INC-TRF-4"), [], ["d", "e"]),
        (usage_point("UP-1"), ["a", "c"], ["d"]),
        (usage_point("UP-5"), [], ["e"]),
    ],
    ids=["incident", "archived incident", "usage point", "usage point of archived tickets"],
)
def test_all_tickets_of_something_are_found_active_ones_first(query, town, criterion, active, archived):
    for context, there in (("active", active), ("archived", archived), ("all", [*active, *archived])):
        outcome = query(criterion, context=context)
        assert (outcome.result, outcome.full_detail) == (Result.OK, False)
        assert [each.name for each in outcome.tickets] == there
        assert [error.level for error in outcome.errors] == ([] if there else ["INFORM"])


def test_all_tickets_of_a_name_are_found(query, store, town):
    store_rows(store.database, row("a"), row("d"))
    assert names(query(name("a"))) == ["a", "a"]
    assert [each.archived for each in query(name("d"), context="all").tickets] == [False, True]


def test_several_values_of_a_kind_may_be_asked_for(query, town):
    assert names(query(mrid(town["c"]), mrid(town["a"]), mrid(town["c"]))) == ["a", "c"]
    assert names(query(usage_point("UP-2"), usage_point("UP-1"))) == ["a", "b", "c"]


def test_full_detail_tells_the_incident_where_the_ticket_is(query, town):
    active = query(name("a"), context="all")
    assert {key: each.device for key, each in active.incidents.items()} == {"INC-LAT-1": "LAT-1"}
    archived = query(name("d"), context="all")
    assert {key: each.status for key, each in archived.incidents.items()} == {"INC-TRF-4": "Archived"}
    assert query(name("c")).incidents == {}
    assert query(incident("INC-LAT-1")).incidents == {}


# 6.1-05 and 6.1-15


@pytest.mark.parametrize("context", [None, "", " "])
def test_a_missing_context_is_refused(query, town, context):
    missing = ("2.7", "FATAL", "ContextMissing", "Context element not found in message.")
    assert refused(query(mrid(town["a"]), context=context)) == [missing]


@pytest.mark.parametrize("context", ["TESTING", "aktiv", "active archived"])
def test_an_unknown_context_is_refused(query, town, context):
    invalid = ("2.7", "FATAL", "InvalidContext", f"Invalid context: {context}.")
    assert refused(query(mrid(town["a"]), context=context)) == [invalid]


@pytest.mark.parametrize("context", ["Active", "ACTIVE", "All", " active "])
def test_a_context_is_taken_in_any_case(query, town, context):
    assert names(query(name("a"), context=context)) == ["a"]


def test_the_context_is_judged_before_the_criteria(query):
    assert [reason for _, _, reason, _ in refused(query(context=None))] == ["ContextMissing"]
    assert [reason for _, _, reason, _ in refused(query(context="x"))] == ["InvalidContext"]


# 6.1-06 to 6.1-09 and 6.1-12


def test_unknown_mrids_are_named_in_one_error(query, town):
    outcome = query(mrid("m"), mrid("n"), mrid(town["d"]))
    assert refused(outcome) == not_found("FATAL", f"Invalid entity mRID(s): m, n, {town['d']}")


def test_unknown_names_are_named_in_one_error(query, town):
    assert refused(query(name("x"), name("d"))) == not_found("FATAL", "Invalid Trouble Ticket name(s): x, d")


def test_unknown_incidents_are_named_in_one_error(query, town):
    assert refused(query(incident("i"), incident("j"))) == not_found("FATAL", "Invalid entity mRID(s): i, j")


@pytest.mark.parametrize(
    ("good", "bad"), [(name("a"), name("x")), (incident("INC-LAT-1"), incident("i"))], ids=["name", "incident"]
)
def test_some_unknown_values_give_a_part(query, town, good, bad):
    outcome = query(bad, good)
    assert [level for _, level, _, _ in refused(outcome, Result.PARTIAL)] == ["FATAL"]
    assert "a" in [each.name for each in outcome.tickets]


@pytest.mark.parametrize("point", ["UP-4", "UP-9"], ids=["known", "unknown"])
def test_a_usage_point_without_tickets_is_ok_and_empty(query, town, point):
    outcome = query(usage_point(point))
    expected = not_found("INFORM", f"No trouble tickets found for provided search criteria: {point}")
    assert (refused(outcome, Result.OK), list(outcome.tickets)) == (expected, [])


@pytest.mark.parametrize(
    ("which", "context"),
    [("INC-TRF-3", "active"), ("INC-TRF-3", "all"), ("INC-TRF-4", "active"), ("INC-LAT-1", "archived")],
)
def test_an_incident_without_tickets_in_the_context_is_ok_and_empty(query, town, which, context):
    outcome = query(incident(which), context=context)
    expected = not_found("INFORM", f"No trouble tickets found for provided search criteria: {which}")
    assert (refused(outcome, Result.OK), list(outcome.tickets)) == (expected, [])


def test_an_empty_incident_an_unknown_one_and_one_with_tickets(query, town):
    outcome = query(incident("INC-TRF-3"), incident("i"), incident("INC-LAT-1"))
    assert refused(outcome, Result.PARTIAL) == [
        *not_found("FATAL", "Invalid entity mRID(s): i"),
        *not_found("INFORM", "No trouble tickets found for provided search criteria: INC-TRF-3"),
    ]
    assert [each.name for each in outcome.tickets] == ["a", "b"]


def test_an_empty_incident_counts_as_found_beside_an_unknown_one(query, town):
    outcome = query(incident("INC-TRF-3"), incident("i"))
    assert [level for _, level, _, _ in refused(outcome, Result.PARTIAL)] == ["FATAL", "INFORM"]
    assert list(outcome.tickets) == []


# 6.1-10 and 6.1-11


BLANK = [
    (),
    (TicketCriterion(),),
    (TicketCriterion(mrid="", name=" "),),
    (TicketCriterion(incident_record=IncidentCriterion(), usage_point=UsagePoint("")),),
]


@pytest.mark.parametrize("criteria", BLANK, ids=["no entry", "empty entry", "blank values", "empty elements"])
def test_nothing_to_search_by_is_refused(query, town, criteria):
    missing = ("1.2", "FATAL", "SearchCriteriaMissing", "Search criteria is not provided in request message.")
    assert refused(query(*criteria)) == [missing]


@pytest.mark.parametrize(
    "criteria",
    [
        [TicketCriterion(mrid="m", name="a")],
        [name("a"), mrid("m")],
        [usage_point("UP-1"), incident("INC-LAT-1")],
        [TicketCriterion(name="a", usage_point=UsagePoint("UP-1"))],
    ],
    ids=["in one entry", "in two", "usage point and incident", "name and usage point"],
)
def test_criteria_of_more_than_one_kind_are_refused(query, town, criteria):
    several = (
        "1.2",
        "FATAL",
        "MultipleSearchCriteriaProvided",
        "Multiple search criteria provided in request message.",
    )
    assert refused(query(*criteria)) == [several]


def test_a_blank_criterion_of_another_kind_is_none(query, town):
    assert names(query(TicketCriterion(mrid=" ", name="a", usage_point=UsagePoint("")))) == ["a"]


# What surrounds the rows


def test_a_query_changes_nothing(query, town, database):
    before = [count(database, table) for table in tables.metadata.sorted_tables]
    query(name("a"))
    query(name("x"))
    assert [count(database, table) for table in tables.metadata.sorted_tables] == before


def test_an_internal_error_hits_a_query(query, town, database):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    with pytest.raises(InjectedFailure):
        query(name("a"))
    assert names(query(name("a"))) == ["a"]


def test_too_many_criteria_and_replays_are_refused(query, town):
    many = query(name("a"), name("b"), name("c"), batch_limit=2)
    assert [reason for _, _, reason, _ in refused(many)] == ["TooManyItems"]
    replay = header(verb="get", context="active", nonce="n", nonce_created="2025-06-02T12:00:00Z")
    assert names(query(name("a"), sent_in=replay)) == ["a"]
    assert [reason for _, _, reason, _ in refused(query(name("a"), sent_in=replay))] == ["ReplayDetected"]


def test_thousands_of_values_are_asked_for_at_once(query, town):
    outcome = query(*(name(f"x-{number}") for number in range(1200)), name("a"))
    assert outcome.result is Result.PARTIAL
    assert [each.name for each in outcome.tickets] == ["a"]

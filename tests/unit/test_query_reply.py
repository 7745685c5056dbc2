"""What replies to ticket queries carry: exactly the columns of Tables 10.9 to 10.12, and the context as it was sent."""

import pytest
from builders import NOW, at, callback, caller, hazards, on, point, search, settings
from exchanges import entries, exchange
from outages import outage
from requests_xml import errors_of, header_of, result_of
from stored import found, row

from crm_contract.messages import GetTroubleTickets, IncidentCriterion, TicketCriterion, UsagePoint
from reference_adapter.operations.incident_life import archive
from reference_adapter.outage_model.incidents import CrewAssignment

POLE = search("Pole", ("PoleID", "P-1"))
LOCATED = {"locations": [*POLE["locations"], *search("Pole", ("Size", "9"))["locations"]]}
WHOLE_INCIDENT = {
    "comment": "tree & wind",
    "status": "Assigned",
    "estimated_restoration": NOW.replace(hour=18),
    "cause": "Weather",
    "subcause": "Wind",
    "crews": (CrewAssignment("CRW-1", "One"),),
}


def whole(name="a", **changes):
    """A ticket that has everything."""
    return row(
        name,
        **on("UP-1"),
        **callback((at(days=1), at(days=2)), media="SMS"),
        **hazards("Fire", "Gas Leak"),
        **{
            "locations": LOCATED["locations"],
            "comment": "dark <&>",
            "csr_id": "csr-7",
            "customer_data": caller("Ada", "King", "Byron", email="a@x", landline="1", mobile="2"),
            "created_date_time": at(hours=-1),
            "first_call_date_time": at(hours=-2),
            "language_id": "21514",
            "source": "Portal",
            **changes,
        },
    )


def ask(store, *criteria, context="active"):
    return exchange(store, "GetTroubleTickets", GetTroubleTickets(list(criteria)), {"Context": context})


def by_name(name="a"):
    return TicketCriterion(name=name)


def by_incident(mrid="INC-LAT-1"):
    return TicketCriterion(incident_record=IncidentCriterion(mrid))


def archived(store, *rows, **changes):
    mrid = outage(store, *rows, device="LAT-1", closed_at=NOW, **changes)
    with store.change(NOW) as work:
        archive(work.incidents.find(mrid), work, settings(), NOW)
        return [each.mrid for each in work.archive.by_incident([mrid])]


LOCATIONS = [
    ("Location", [("description", "PoleID"), ("name", "P-1"), ("type", "Pole")]),
    ("Location", [("description", "Size"), ("name", "9"), ("type", "Pole")]),
]


def test_an_active_ticket_of_an_incident_carries_table_10_9(store):
    outage(store, whole(), device="LAT-1", over=False)
    (stored,) = found(store.database)[1]
    assert entries(ask(store, by_incident())) == [
        [
            ("mRID", stored["mrid"]),
            ("callBack", "true"),
            ("comment", "dark <&>"),
            ("createdDateTime", "2025-06-02T11:00:00.000Z"),
            ("name", "a"),
            ("source", "Portal"),
            ("troubleCode", "No Power/No Light"),
            *LOCATIONS,
            ("UsagePoint", [("mRID", "UP-1")]),
        ]
    ]
    by_point = ask(store, TicketCriterion(usage_point=UsagePoint("UP-1")))
    assert entries(by_point) == entries(ask(store, by_incident()))


INCIDENT = [
    ("mRID", "INC-LAT-1"),
    ("comment", "tree & wind"),
    ("createdDateTime", "2025-06-02T12:00:00.000Z"),
    ("estimatedRestorationTime", "2025-06-02T18:00:00.000Z"),
    ("Crews", [("mRID", "CRW-1"), ("name", "One")]),
    ("OutageRecord", [("OutageCodes", [("name", "Weather"), ("subCode", "Wind")])]),
]
HAZARDS = [("IncidentHazard", [("mRID", "Fire")]), ("IncidentHazard", [("mRID", "Gas Leak")])]
CONTACTS = [
    ("electronicAddress", [("email1", "a@x")]),
    ("landlinePhone", [("localNumber", "1")]),
    ("mobilePhone", [("localNumber", "2")]),
]


def test_an_active_ticket_by_itself_carries_table_10_10(store):
    outage(store, whole(), device="LAT-1", over=False, **WHOLE_INCIDENT)
    (stored,) = found(store.database)[1]
    expected = [
        ("mRID", stored["mrid"]),
        ("callBack", "true"),
        ("comment", "dark <&>"),
        ("createdDateTime", "2025-06-02T11:00:00.000Z"),
        ("csrId", "csr-7"),
        ("firstCallDateTime", "2025-06-02T10:00:00.000Z"),
        ("languageId", "21514"),
        ("name", "a"),
        ("source", "Portal"),
        ("troubleCode", "No Power/No Light"),
        ("CustomerData", [("firstName", "Ada"), ("lastName", "King"), *CONTACTS]),
        *HAZARDS,
        ("IncidentRecord", [*INCIDENT, ("status", [("value", "Assigned")])]),
        *LOCATIONS,
        ("UsagePoint", [("mRID", "UP-1")]),
    ]
    assert entries(ask(store, by_name())) == [expected]
    assert entries(ask(store, TicketCriterion(mrid=stored["mrid"]), context="all")) == [expected]


def test_an_archived_ticket_of_an_incident_carries_table_10_11(store):
    (mrid,) = archived(store, whole())
    assert entries(ask(store, by_incident(), context="archived")) == [
        [
            ("mRID", mrid),
            ("callBack", "true"),
            ("comment", "dark <&>"),
            ("createdDateTime", "2025-06-02T11:00:00.000Z"),
            ("name", "a"),
            ("source", "OutagePortal"),
            ("troubleCode", "No Power/No Light"),
            *LOCATIONS,
            ("UsagePoint", [("mRID", "UP-1")]),
        ]
    ]


def test_an_archived_ticket_by_itself_carries_table_10_12(store):
    (mrid,) = archived(store, whole(), **WHOLE_INCIDENT)
    assert entries(ask(store, by_name(), context="archived")) == [
        [
            ("mRID", mrid),
            ("callBack", "true"),
            ("comment", "dark <&>"),
            ("createdDateTime", "2025-06-02T11:00:00.000Z"),
            ("csrId", "csr-7"),
            ("firstCallDateTime", "2025-06-02T10:00:00.000Z"),
            ("name", "a"),
            ("source", "OutagePortal"),
            ("troubleCode", "No Power/No Light"),
            ("CustomerData", [("firstName", "Ada Byron"), ("lastName", "King"), *CONTACTS]),
            *HAZARDS,
            ("IncidentRecord", [*INCIDENT, ("status", [("value", "Archived")])]),
            *LOCATIONS,
            ("UsagePoint", [("mRID", "UP-1")]),
        ]
    ]


@pytest.mark.parametrize(("source", "shown"), [("CallCenter", "CC"), ("CC", "CC"), ("IVR", "IVR"), (None, "Unknown")])
def test_the_archive_spells_sources_its_own_way(store, source, shown):
    archived(store, row("a", source=source))
    assert ("source", shown) in entries(ask(store, by_name(), context="archived"))[0]


def test_what_a_ticket_lacks_is_left_out(store):
    outage(store, row("a"), device="LAT-1", over=False)
    (full,) = entries(ask(store, by_name()))
    assert [name for name, _ in full] == [
        *("mRID", "callBack", "createdDateTime", "firstCallDateTime", "languageId", "name", "source", "troubleCode"),
        "IncidentRecord",
    ]
    assert ("callBack", "false") in full


def test_coordinates_are_shown_as_they_were_sent(store):
    outage(store, row("a", **point("-97.74310", "30.2672")), device="LAT-1", over=False)
    place = ("Location", [("PositionPoint", [("xPosition", "-97.74310"), ("yPosition", "30.2672")])])
    for criterion in (by_name(), by_incident()):
        assert place in entries(ask(store, criterion))[0]


@pytest.mark.parametrize("context", ["active", "ACTIVE", "aLL", "archived"])
def test_the_context_is_echoed_as_it_was_sent(store, context):
    outage(store, row("a"), device="LAT-1", over=False)
    header = header_of(ask(store, by_incident(), context=context))
    assert (header["Context"], header["Verb"], header["Noun"]) == (context, "reply", "TroubleTickets")
    assert header["Timestamp"] == "2025-06-02T12:00:00.000Z"


def test_a_refused_query_has_no_payload_and_an_empty_answer_an_empty_root(store):
    reply = ask(store, by_name("x"), context="nowhere")
    assert (result_of(reply), entries(reply), header_of(reply)["Context"]) == ("FAILED", None, "nowhere")
    reply = ask(store, TicketCriterion(usage_point=UsagePoint("UP-1")))
    assert (result_of(reply), entries(reply), len(errors_of(reply))) == ("OK", [], 1)
    assert reply.find("{*}Payload/*").tag == "{http://iec.ch/TC57/2011/TroubleTickets#}TroubleTickets"


def test_a_query_without_context_element_is_answered_without(store):
    reply = exchange(store, "GetTroubleTickets", GetTroubleTickets([by_name()]))
    assert "Context" not in header_of(reply)
    assert [reason for _, _, reason, _ in errors_of(reply)] == ["ContextMissing"]


@pytest.mark.parametrize("inside", ["<p:TroubleTicket><p:shoeSize/></p:TroubleTicket>", "<p:mRID>1</p:mRID>"])
def test_a_query_that_the_schema_refuses_is_invalid(store, inside):
    reply = exchange(store, "GetTroubleTickets", inside, {"Context": "active"})
    ((code, _, reason, _),) = errors_of(reply)
    assert (result_of(reply), code, reason) == ("FAILED", "1.8", "InvalidMessage")

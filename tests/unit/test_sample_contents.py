"""What the samples carry: the elements of each kind of message, and replies that fit their requests."""

import pytest
from contract_files import OTHER_OPERATIONS, ROWS_OF, WITHOUT_REPLY, message_in, sample
from lxml import etree

from crm_contract.mappings import load_mappings

LIMITED = {"mRID", "callBack", "comment", "createdDateTime", "name", "source", "troubleCode", "Location", "UsagePoint"}
FULL = LIMITED | {"csrId", "firstCallDateTime", "languageId", "CustomerData", "IncidentHazard", "IncidentRecord"}
CALLBACK = {"mRID", "comment", "csrId", "dateTime", "Reason", "IncidentRecord", "TroubleTickets"}
CALLBACK_TICKET = {"languageId", "troubleCode", "CustomerData", "UsagePoint"}
ALWAYS_LIMITED = {"mRID", "callBack", "createdDateTime", "name", "source", "troubleCode"}
# Active tickets by context `all` come first: 6.1-13 shows one of them, then two archived ones.
MERGED = "6.1-13.reply.xml"
ACTIVE_SOURCES = {"CallCenter", "IVR", "Portal", "Operator", "Unknown"}
ARCHIVED_SOURCES = {"CC", "IVR", "OutagePortal", "Operator", "Unknown"}
ACTIVE_STATUSES = {"New", "Assigned", "Dispatched", "En Route", "Arrived", "In Progress", "Suspended"}
ARCHIVED_STATUSES = {"New", "Dispatched", "Field Completed", "Closed", "Archived", "Cancelled"}


def entries_in(name, section="Payload"):
    """The tickets, callbacks or results of a sample."""
    return message_in(sample(name)).findall(f"{{*}}{section}/{{*}}*/{{*}}*")


def names_in(entry):
    return {etree.QName(child).localname for child in entry}


def text(entry, path):
    return entry.findtext("/".join(f"{{*}}{step}" for step in path.split("/")))


def requests(*tables, and_of=()):
    return [f"{pair}.request.xml" for pair in [row for table in tables for row in ROWS_OF[table]] + list(and_of)]


def replies(*tables, and_of=()):
    names = requests(*tables, and_of=and_of)
    return [each.replace("request", "reply") for each in names if not each.startswith(WITHOUT_REPLY)]


def active_limited():
    return [*entries_in("6.1-03.reply.xml"), entries_in(MERGED)[0]]


def archived_limited():
    return [*entries_in("6.1-04.reply.xml"), *entries_in(MERGED)[1:]]


def active_full():
    names = ("6.1-01.reply.xml", "6.1-14.reply.xml", "GetTroubleTickets.reply.xml")
    return [entry for name in names for entry in entries_in(name)]


def archived_full():
    return entries_in("6.1-02.reply.xml")


def all_in(names, section="Payload"):
    return lambda: [entry for name in names for entry in entries_in(name, section)]


# A kind of message: its entries, what they may carry, what each carries. What may be carried is shown at least once.
KINDS = {
    "Created request": (
        all_in(requests("5.1")),
        (FULL - {"mRID", "IncidentRecord"}) | {"CallBacks"},
        set(),
    ),
    "Created response": (
        all_in([name for name in replies("5.1") if name != "5.1-04.reply.xml"]),
        {"mRID", "name", "previousTroubleTicketsCount", "IncidentRecord", "Location", "status", "UsagePoint"},
        {"name", "previousTroubleTicketsCount", "status"},
    ),
    "Changed request": (
        all_in(requests("5.2", and_of=["ChangedTroubleTickets"])),
        {"mRID", "name", "comment", "csrId", "CustomerData"},
        set(),
    ),
    "Changed response": (
        all_in(replies("5.2", and_of=["ChangedTroubleTickets"])),
        {"mRID", "name", "status"},
        {"mRID", "name", "status"},
    ),
    "query of tickets": (
        all_in(requests("6.1", and_of=["GetTroubleTickets"]), "Request"),
        {"mRID", "name", "IncidentRecord", "UsagePoint"},
        set(),
    ),
    "active tickets, limited": (active_limited, LIMITED, ALWAYS_LIMITED),
    "archived tickets, limited": (archived_limited, LIMITED, ALWAYS_LIMITED),
    "active tickets, full": (active_full, FULL, ALWAYS_LIMITED | {"csrId", "firstCallDateTime", "languageId"}),
    "archived tickets, full": (
        archived_full,
        FULL - {"languageId"},
        ALWAYS_LIMITED | {"csrId", "firstCallDateTime"},
    ),
    "query of callbacks": (
        all_in(requests("7.1", and_of=["GetCallbacks"]), "Request"),
        {"count", "csrId", "TroubleTickets"},
        set(),
    ),
    "callbacks pulled": (all_in(replies("7.1", and_of=["GetCallbacks"])), CALLBACK, CALLBACK - {"comment"}),
    "callbacks sent": (all_in(requests("9.1", and_of=["CreatedCallBacks"])), CALLBACK, CALLBACK - {"comment"}),
    "results": (
        all_in(requests("8.1", and_of=["CreatedCallBacksResults"])),
        {"mRID", "comment", "csrId", "dateTime", "status"},
        {"csrId", "dateTime"},
    ),
    "response to results": (
        all_in(replies("8.1", and_of=["CreatedCallBacksResults"])),
        {"mRID", "status"},
        {"mRID", "status"},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_message_carries_its_elements_and_no_others(kind):
    entries, may, each = KINDS[kind]
    carried = [names_in(entry) for entry in entries()]
    assert set().union(*carried) == may
    assert all(each <= names for names in carried)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("10.1", "Created request"),
        ("10.4", "Created response"),
        ("10.6", "Changed request"),
        ("10.7", "Changed response"),
        ("10.8", "query of tickets"),
        ("10.9", "active tickets, limited"),
        ("10.10", "active tickets, full"),
        ("10.11", "archived tickets, limited"),
        ("10.12", "archived tickets, full"),
        ("10.16", "query of callbacks"),
        ("10.17", "callbacks pulled"),
        ("10.18", "results"),
        ("10.19", "response to results"),
        ("10.20", "callbacks sent"),
    ],
)
def test_the_elements_of_a_kind_are_those_of_its_mapping_table(table, kind):
    mapped = {line.path()[0] for line in load_mappings().of_table(table) if line.section in ("Request", "Payload")}
    # Name is in every reply about tickets, for pairing (D-27); nobody uses a callback's or a result's name and advice.
    if kind.startswith(("Created resp", "Changed resp", "active", "archived")):
        mapped.add("name")
    if kind.startswith(("callbacks", "results")):
        mapped -= {"advice", "contactDetail", "name", "problemInfo"}
    assert KINDS[kind][1] == mapped


@pytest.mark.parametrize("kind", ["callbacks pulled", "callbacks sent"])
def test_a_callback_says_four_things_of_its_ticket(kind):
    for entry in KINDS[kind][0]():
        assert [names_in(ticket) for ticket in entry.findall("{*}TroubleTickets")] == [CALLBACK_TICKET]


def test_a_ticket_that_is_shown_in_full_shows_everything_at_once():
    assert names_in(entries_in("6.1-01.reply.xml")[0]) == FULL
    assert names_in(entries_in("6.1-02.reply.xml")[0]) == FULL - {"languageId"}


@pytest.mark.parametrize(
    ("entries", "sources", "statuses"),
    [
        (active_limited, ACTIVE_SOURCES, ACTIVE_STATUSES),
        (active_full, ACTIVE_SOURCES, ACTIVE_STATUSES),
        (archived_limited, ARCHIVED_SOURCES, ARCHIVED_STATUSES),
        (archived_full, ARCHIVED_SOURCES, ARCHIVED_STATUSES),
    ],
)
def test_active_and_archived_tickets_have_their_own_words(entries, sources, statuses):
    for entry in entries():
        assert text(entry, "source") in sources
        assert text(entry, "IncidentRecord/status/value") in statuses | {None}
        assert entry.find("{*}CustomerData/{*}mName") is None


def test_the_archive_has_a_middle_name_behind_the_first_and_no_position():
    (ticket,) = archived_full()
    assert text(ticket, "CustomerData/firstName") == "Priya S."
    assert all(entry.find(".//{*}PositionPoint") is None for entry in [ticket, *archived_limited()])


def asked_and_listed(pair):
    """How many entries a request has, how many its reply lists, and the reply's Result."""
    reply = message_in(sample(f"{pair}.reply.xml"))
    asked, listed = entries_in(f"{pair}.request.xml"), entries_in(f"{pair}.reply.xml")
    return len(asked), len(listed), reply.find("{*}Reply/{*}Result").text, reply.find("{*}Payload") is not None


@pytest.mark.parametrize("pair", [*ROWS_OF["5.2"], *ROWS_OF["8.1"], "ChangedTroubleTickets", "CreatedCallBacksResults"])
def test_the_result_counts_what_was_refused(pair):
    asked, listed, result, payload = asked_and_listed(pair)
    assert result == ("OK" if listed == asked else "PARTIAL" if listed else "FAILED")
    assert payload == (listed > 0)


@pytest.mark.parametrize("row", [*ROWS_OF["6.1"], *ROWS_OF["7.1"]])
def test_a_query_that_fails_has_no_payload_and_one_that_finds_nothing_an_empty_root(row):
    reply = message_in(sample(f"{row}.reply.xml"))
    failed = reply.find("{*}Reply/{*}Result").text == "FAILED"
    assert (reply.find("{*}Payload") is None) == failed
    assert (not failed and not entries_in(f"{row}.reply.xml")) == (row in ("6.1-08", "6.1-12", "7.1-05"))


@pytest.mark.parametrize("name", replies("5.2", and_of=["ChangedTroubleTickets"]))
def test_a_changed_ticket_is_changed(name):
    assert {text(entry, "status/value") for entry in entries_in(name)} <= {"Changed"}


@pytest.mark.parametrize("name", replies("8.1", and_of=["CreatedCallBacksResults"]))
def test_a_callback_with_a_result_is_updated(name):
    assert {text(entry, "status/value") for entry in entries_in(name)} <= {"Updated"}


@pytest.mark.parametrize("pair", [*ROWS_OF["5.2"], *ROWS_OF["8.1"]])
def test_the_reply_lists_entries_of_the_request_in_its_order(pair):
    asked = [{text(entry, "mRID"), text(entry, "name")} for entry in entries_in(f"{pair}.request.xml")]
    places = []
    for entry in entries_in(f"{pair}.reply.xml"):
        named = {text(entry, "mRID"), text(entry, "name")} - {None}
        places.append(next(place for place, names in enumerate(asked) if names & named))
    assert places == sorted(set(places))


@pytest.mark.parametrize("pair", [*ROWS_OF["7.1"], "GetCallbacks"])
def test_pulled_callbacks_fit_the_pull(pair):
    (wanted,) = entries_in(f"{pair}.request.xml", "Request")
    pulled = entries_in(f"{pair}.reply.xml")
    assert len(pulled) <= int(text(wanted, "count") or 1)
    for callback in pulled:
        assert text(callback, "csrId") == text(wanted, "csrId")
        assert text(callback, "TroubleTickets/languageId") == text(wanted, "TroubleTickets/languageId")


@pytest.mark.parametrize("name", requests("9.1", and_of=["CreatedCallBacks"]))
def test_sent_callbacks_belong_to_the_adapter(name):
    assert {text(callback, "csrId") for callback in entries_in(name)} == {"CrmAdapter"}


def held_by():
    """Who holds a callback: whoever it was pulled by or sent to in the samples."""
    names = [*replies("7.1", and_of=["GetCallbacks"]), *requests("9.1", and_of=["CreatedCallBacks"])]
    return {text(callback, "mRID"): text(callback, "csrId") for name in names for callback in entries_in(name)}


def test_results_come_from_whoever_pulled_the_callback():
    holders = held_by()
    for name in ("8.1-01.request.xml", "CreatedCallBacksResults.request.xml"):
        results = [entry for entry in entries_in(name) if text(entry, "mRID") in holders]
        assert len(results) > 1
        assert all(holders[text(entry, "mRID")] == text(entry, "csrId") for entry in results)


def test_what_the_adapter_holds_anybody_may_answer():
    (updated,) = entries_in("8.1-05.reply.xml")
    assert held_by()[text(updated, "mRID")] == "CrmAdapter"


def test_a_callback_keeps_its_usage_point_and_no_two_share_an_mrid():
    seen = {}
    names = [*replies("7.1", and_of=["GetCallbacks"]), *requests("9.1", and_of=["CreatedCallBacks"])]
    for name in names:
        for callback in entries_in(name):
            assert text(callback, "mRID") not in seen
            seen[text(callback, "mRID")] = text(callback, "TroubleTickets/UsagePoint/mRID")
    assert len(seen) == len(set(seen.values()))


def test_an_incident_is_the_same_in_all_samples_but_for_its_status():
    facts = {}
    pairs = [*ROWS_OF["6.1"], *ROWS_OF["7.1"], *ROWS_OF["9.1"], *OTHER_OPERATIONS, "5.1-06"]
    for pair in pairs:
        for kind in ("request", "reply"):
            if f"{pair}.{kind}" == f"{WITHOUT_REPLY}.reply":
                continue
            for incident in message_in(sample(f"{pair}.{kind}.xml")).iterfind("{*}Payload//{*}IncidentRecord"):
                told = (
                    text(incident, "comment"),
                    text(incident, "createdDateTime"),
                    text(incident, "estimatedRestorationTime"),
                    tuple(text(crew, "mRID") for crew in incident.findall("{*}Crews")),
                    text(incident, "OutageRecord/OutageCodes/subCode"),
                )
                assert facts.setdefault(text(incident, "mRID"), told) == told
    assert len(facts) == 3


def test_more_than_one_contact_shows_the_preferred_one_under_the_first_caller_s_name():
    added, *_ = entries_in("5.2-02.request.xml")
    (shown,) = entries_in("6.1-14.reply.xml")
    assert text(shown, "mRID") == text(added, "mRID")
    for contact in ("electronicAddress/email1", "mobilePhone/localNumber"):
        assert text(shown, f"CustomerData/{contact}") == text(added, f"CustomerData/{contact}")
    assert (text(added, "CustomerData/firstName"), text(shown, "CustomerData/firstName")) == ("Elena", "Rafael")

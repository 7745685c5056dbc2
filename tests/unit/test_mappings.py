"""The mapping tables are complete, and every element that they name is one of the contract's."""

import pytest
from contract_files import CONTRACT, NS, PARTS
from lxml import etree

from crm_contract.contract import load_contract
from crm_contract.mappings import load_mappings
from crm_contract.messages import (
    CallBack,
    CallbackQuery,
    CallBackResult,
    CustomerData,
    IncidentRecord,
    Location,
    TicketCriterion,
    TroubleTicket,
)

XS = "{http://www.w3.org/2001/XMLSchema}"
MAPPINGS = load_mappings()
OPERATIONS = load_contract().operations

# Counted by hand in the specification, lines of header and Reply included.
LINES = {
    "10.1": 22,
    "10.2": 6,
    "10.3": 5,
    "10.4": 14,
    "10.5": 8,
    "10.6": 12,
    "10.7": 10,
    "10.8": 12,
    "10.9": 17,
    "10.10": 23,
    "10.11": 17,
    "10.12": 22,
    "10.13": 6,
    "10.14": 3,
    "10.15": 8,
    "10.16": 11,
    "10.17": 22,
    "10.18": 13,
    "10.19": 10,
    "10.20": 21,
    "10.21": 8,
}
# What each table is about, and the class of one entry of its message.
ABOUT = {
    "10.1": ("CreatedTroubleTickets", "request", ("outage model",), None, TroubleTicket),
    "10.2": ("CustomerData", None, ("outage model",), None, CustomerData),
    "10.3": ("Location", None, ("outage model",), None, Location),
    "10.4": ("CreatedTroubleTickets", "reply", ("outage model",), None, TroubleTicket),
    "10.5": ("IncidentRecord", None, ("outage model",), None, IncidentRecord),
    "10.6": ("ChangedTroubleTickets", "request", ("outage model",), None, TroubleTicket),
    "10.7": ("ChangedTroubleTickets", "reply", ("outage model",), None, TroubleTicket),
    "10.8": ("GetTroubleTickets", "request", ("outage model", "operations database"), None, TicketCriterion),
    "10.9": ("GetTroubleTickets", "reply", ("outage model",), "limited", TroubleTicket),
    "10.10": ("GetTroubleTickets", "reply", ("outage model",), "full", TroubleTicket),
    "10.11": ("GetTroubleTickets", "reply", ("operations database",), "limited", TroubleTicket),
    "10.12": ("GetTroubleTickets", "reply", ("operations database",), "full", TroubleTicket),
    "10.13": ("CustomerData", None, ("operations database",), None, CustomerData),
    "10.14": ("Location", None, ("operations database",), None, Location),
    "10.15": ("IncidentRecord", None, ("operations database",), None, IncidentRecord),
    "10.16": ("GetCallbacks", "request", ("outage model",), None, CallbackQuery),
    "10.17": ("GetCallbacks", "reply", ("outage model",), None, CallBack),
    "10.18": ("CreatedCallBacksResults", "request", ("outage model",), None, CallBackResult),
    "10.19": ("CreatedCallBacksResults", "reply", ("outage model",), None, CallBackResult),
    "10.20": ("CreatedCallBacks", "request", ("outage model",), None, CallBack),
    "10.21": ("CreatedCallBacks", "reply", ("outage model",), None, None),
}
# The element of one entry, below Payload or Request, as the schemas nest it.
ENTRIES = {
    TroubleTicket: ("TroubleTickets#", "TroubleTickets", "TroubleTicket"),
    TicketCriterion: ("GetTroubleTickets#", "GetTroubleTickets", "TroubleTicket"),
    CallbackQuery: ("GetCallbacks#", "GetCallbacks", "CallBack"),
    CallBack: ("CallBacks#", "CallBacks", "CallBack"),
    CallBackResult: ("CallBacksResults#", "CallBacksResults", "CallBackResult"),
    CustomerData: ("TroubleTickets#", "TroubleTickets", "TroubleTicket", "CustomerData"),
    Location: ("TroubleTickets#", "TroubleTickets", "TroubleTicket", "Location"),
    IncidentRecord: ("TroubleTickets#", "TroubleTickets", "TroubleTicket", "IncidentRecord"),
}

each_line = pytest.mark.parametrize("line", MAPPINGS.lines, ids=lambda line: line.id)
each_line_of_an_entry = pytest.mark.parametrize(
    "line", [line for line in MAPPINGS if line.section in ("Request", "Payload")], ids=lambda line: line.id
)


def child_in_class(cls, name):
    """What a payload class declares for an element: its class, str for a simple one; None when it declares none."""
    for field in cls.__dataclass_fields__.values() if cls is not str else ():
        declared = field.metadata["declared"]
        if declared.tag == name:
            return declared.of or str
    return None


def schema_of(namespace):
    return etree.parse(CONTRACT / "xsd" / f"{namespace}.xsd").getroot()


def type_of(schema, element):
    """The complex type of an element declaration, where it stands or by its name; None for a simple one."""
    inner = element.find(f"{XS}complexType")
    if inner is not None:
        return inner
    name = (element.get("type") or "").split(":")[-1]
    return schema.find(f"{XS}complexType[@name='{name}']")


def declared_in_schema(schema, path):
    """Whether the schema declares the elements of a path inside each other, beginning with a global one."""
    element = schema.find(f"{XS}element[@name='{path[0]}']")
    for name in path[1:]:
        inside = None if element is None else type_of(schema, element)
        element = None if inside is None else inside.find(f"{XS}sequence/{XS}element[@name='{name}']")
    return element is not None


@pytest.mark.parametrize("table", LINES)
def test_every_line_of_a_table_is_there_in_its_place(table):
    assert [line.id for line in MAPPINGS.of_table(table)] == [f"{table}-{n:02}" for n in range(1, LINES[table] + 1)]


def test_there_are_the_tables_of_the_specification_and_no_others():
    assert [table.id for table in MAPPINGS.tables] == list(LINES)
    assert len(MAPPINGS) == 270


@pytest.mark.parametrize("table", MAPPINGS.tables, ids=lambda table: table.id)
def test_a_table_says_what_it_is_about(table):
    assert (table.message, table.part, table.stores, table.detail) == ABOUT[table.id][:4]


@each_line_of_an_entry
def test_an_entry_s_property_is_declared_by_the_payload_s_class(line):
    cls = ABOUT[line.table.id][4]
    for name in line.path():
        cls = child_in_class(cls, name)
        assert cls is not None, f"{name} of {line.property}"


@each_line_of_an_entry
def test_an_entry_s_property_is_declared_by_the_payload_s_schema(line):
    namespace, *path = ENTRIES[ABOUT[line.table.id][4]]
    assert declared_in_schema(schema_of(namespace.removesuffix("#")), [*path, *line.path()])


def test_the_walk_through_a_schema_can_fail():
    schema = schema_of("TroubleTickets")
    ticket = ["TroubleTickets", "TroubleTicket"]
    assert declared_in_schema(schema, [*ticket, "CallBacks", "Periods"])
    for path in (["CallBacks", "Period"], ["callBack", "Periods"], ["PositionPoint"], ["Location", "mRID"]):
        assert not declared_in_schema(schema, [*ticket, *path])


@pytest.mark.parametrize(
    "line", [line for line in MAPPINGS if line.section in ("Header", "Reply")], ids=lambda line: line.id
)
def test_a_line_of_header_or_reply_names_an_element_of_the_schema(line):
    schema = schema_of("Message")
    assert schema.get("targetNamespace") == PARTS
    container = schema.find(f"{XS}complexType[@name='{line.section}Type']")
    assert container.find(f"{XS}sequence/{XS}element[@name='{line.property}']") is not None


@pytest.mark.parametrize("table", [table for table in MAPPINGS.tables if not table.shared], ids=lambda table: table.id)
def test_every_message_has_its_header_and_the_replies_their_result(table):
    header = ["Verb", "Noun", "Revision", "Timestamp", "Source", "MessageID", "CorrelationID"]
    if table.message == "GetTroubleTickets":
        header.insert(3, "Context")
    lines = MAPPINGS.of_table(table.id)
    assert [line.property for line in lines if line.section == "Header"] == header
    assert [line.property for line in lines if line.section == "Reply"] == ["Result"] * (table.part == "reply")
    sender = "CRM Adapter" if (table.part == "reply") != (table.message == "CreatedCallBacks") else "external system"
    assert {line.populated_by for line in lines if line.section == "Header"} == {sender}


@each_line
def test_a_line_is_stored_or_made_and_model_and_database_are_not_mixed_up(line):
    assert all(code.startswith("OMS_") and code == code.upper() for code in line.model_codes)
    assert not any(column.startswith("OMS_") for column in line.operations_columns)
    assert bool(line.model_properties) <= bool(line.model_codes)
    if line.section in ("Header", "Reply"):
        assert not line.is_stored()


def test_the_lines_that_neither_a_store_nor_a_system_fills():
    nowhere = [
        line.id for line in MAPPINGS if not line.is_stored() and not line.populated_by and line.section != "Reply"
    ]
    # mName, count, and what a callback has but nobody uses: advice, contactDetail, name, problemInfo.
    assert nowhere == [
        "10.2-03",
        "10.16-08",
        "10.17-10",
        "10.17-12",
        "10.17-15",
        "10.17-16",
        "10.18-12",
        "10.20-09",
        "10.20-11",
        "10.20-14",
        "10.20-15",
    ]


@pytest.mark.parametrize("line", [line for line in MAPPINGS if line.parts], ids=lambda line: line.id)
def test_the_parts_of_an_element_are_mapped_by_the_table_of_its_kind_and_store(line):
    table = next(table for table in MAPPINGS.tables if table.id == line.parts)
    assert (table.message, table.stores) == (line.path()[-1], line.table.stores)


def test_every_shared_part_is_reached_and_every_element_with_parts_says_where_they_are():
    shared = {table.id: table.message for table in MAPPINGS.tables if table.shared}
    assert {line.parts for line in MAPPINGS if line.parts} == set(shared)
    carriers = [line for line in MAPPINGS if line.path()[-1] in shared.values()]
    assert all(line.parts for line in carriers)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("10.1-18", ("OMS_PHONE_CALL_CALLBACK_START_TIMES", "OMS_PHONE_CALL_CALLBACK_END_TIMES")),
        ("10.1-22", ("OMS_TROUBLE_EVENT_SDP_CUSTOM_ID",)),
        ("10.8-11", ("OMS_TROUBLE_EVENT_SDP_CUSTOM_ID",)),
        ("10.17-22", ("OMS_TROUBLE_EVENT_SDP_CUSTOM_ID",)),
        ("10.18-10", ("OMS_CALLBACK_ASSIGNED_USER", "OMS_CALLBACK_LAST_UPDATE_USER")),
        ("10.20-12", ("OMS_CALLBACK_ASSIGNED_USER",)),
    ],
)
def test_codes_that_were_broken_over_lines_are_whole(line, told):
    assert MAPPINGS[line].model_codes == told


def test_the_properties_of_the_outage_model():
    properties = {line.id: line.model_properties for line in MAPPINGS}
    assert properties["10.8-12"] == ("Incident.CustomID",)
    assert properties["10.18-10"] == ("AssignedUser", "LastUpdateUser")
    assert {name for names in properties.values() for name in names} == {
        *("CustomID", "Incident.CustomID", "ExternalSystemID", "Name", "SdpCustomID"),
        *("CallBackReq", "CallBackMedia", "Comment", "EventTime", "RecUser", "RecTime", "LanguageID", "LanguageId"),
        *("CallSource", "EventReason", "CallerContactRef", "TroubleTicketContactRef", "HazTypeRefs", "EventLocation"),
        *("FirstName", "LastName", "Type", "Value"),
        *("NoteRefs", "CreateTime", "EstimatedEndTime", "CrewRefs", "IncidentCauseRef", "IncidentSubCauseRef"),
        *("IncidentStatusRef", "LastUpdateUser", "AssignedUser", "AssignedTime", "CustomerPriority"),
        *("FeedbackReasonName", "CallbackResultRef"),
    }


def test_the_codes_of_the_outage_model():
    codes = {code.removeprefix("OMS_") for line in MAPPINGS for code in line.model_codes}
    assert codes == {
        "IMSOBJ_UID",
        *(f"PHONE_CALL_EVENT_{code}" for code in ("CALLBACK_REQ", "COMMENT", "CUSTOMID", "HAZTYPEREFS")),
        "PHONE_CALL_EVENT_LAST_UPDATE_USER",
        *(f"PHONE_CALL_CALLBACK_{code}" for code in ("COM_MEDIA_REFS", "START_TIMES", "END_TIMES")),
        *(f"PHONE_CALL_{code}" for code in ("LANGUAGE_ID", "CALLER_CONTACT_REF")),
        *(f"TROUBLE_EVENT_{code}" for code in ("EVENTTIME", "RECUSER", "RECTIME", "CALLSOURCE", "EVENTREASON")),
        *(f"TROUBLE_EVENT_{code}" for code in ("LOCATION", "SDP_CUSTOM_ID", "INCIDENTREF")),
        *("EVENT_REASON_NAME", "PROBLEM_TYPE_NAME", "FEEDBACK_RESULT_NAME", "TROUBLE_FEEDBACK_FEEDBACKREASON"),
        *(f"CALLER_CONTACT_{code}" for code in ("FIRST_NAME", "LAST_NAME", "TYPE", "VALUE")),
        *(f"INCIDENT_{code}" for code in ("NOTEREFS", "CREATE_TIME", "ESTIMATED_END_TIME", "INCIDENT_CREW_REFS")),
        *(f"INCIDENT_{code}" for code in ("CAUSEREF", "SUBCAUSEREF", "STATUSREF")),
        *(f"CALLBACK_{code}" for code in ("ASSIGNED_USER", "ASSIGNED_TIME", "LANGUAGE_ID", "PRIORITY", "COMMENT")),
        *(f"CALLBACK_{code}" for code in ("CALLER_CONTACT_REF", "LAST_UPDATE_USER", "LAST_UPDATE_TIME")),
    }


def test_the_columns_of_the_operations_database():
    columns = {column for line in MAPPINGS for column in line.operations_columns}
    assert columns == {
        *("UID", "Name", "INCIDENTUID", "SERVICE_DELIVERY_POINT_CUSTOMID"),
        *("CALLBACK_REQUIRED", "COMMENT", "EVENT_TIME", "CALL_SOURCE_ID", "EVENT_REASON_GID", "LOCATION"),
        *("RECEIVED_USER", "RECEIVED_TIME", "CALLER_CONTACT_GID", "PHONE_CALL_EVENT_PROBLEM", "PROBLEM_TYPE_GID"),
        *("FIRST_NAME", "LAST_NAME", "TYPE", "VALUE"),
        *("NOTE", "CreateTime", "ESTIMATED_END_TIME", "INCIDENT_CREW", "INCIDENT_CAUSE_GID"),
        *("INCIDENT_SUBCAUSE_GID", "INCIDENT_STATUS_GID"),
    }


def test_the_messages_are_those_of_the_contract():
    messages = {table.message for table in MAPPINGS.tables if not table.shared}
    assert messages == set(OPERATIONS)
    for namespace, *_ in ENTRIES.values():
        assert any(f"{NS}/{namespace}" in (op.payload_namespace, op.query_namespace) for op in OPERATIONS.values())

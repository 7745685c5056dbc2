"""CreatedTroubleTickets from bytes to bytes: what a reply's payload carries, and the faults of the service."""

import pytest
from builders import SHIPPED, adapter_of, ask, at, hazards, incident, on, pole, ticket, write_town
from contract_files import PARTS, message_in
from lxml import etree
from requests_xml import (
    CHANGED,
    answered,
    envelope,
    errors_of,
    fault_of,
    header_xml,
    message,
    payload_xml,
    result_of,
)
from stored import add_incident, control, count, found

from crm_contract.contract import load_contract
from reference_adapter.app import AdapterOptions, build_soap_app
from reference_adapter.configuration.files import copy_shipped_files
from reference_adapter.outage_model.incidents import CrewAssignment
from reference_adapter.storage.shared_state import INTERNAL_ERROR, SLOW_IMS, InjectedFault, set_fault

NOBODY_HOME = "http://127.0.0.1:9"


@pytest.fixture
def data(tmp_path):
    write_town(tmp_path / "town")
    copy_shipped_files(tmp_path / "configuration")
    return tmp_path


@pytest.fixture
def store_path(data):
    return data / "gridops.sqlite"


@pytest.fixture
def app(data):
    with adapter_of(AdapterOptions(data, NOBODY_HOME)) as made:
        yield made


@pytest.fixture
def create(app):
    def send(*tickets, header=None):
        return answered(ask(app, envelope(message(header, payload_xml(*tickets)))).body)

    return send


def tree(element):
    """An element as nested pairs of name and content."""
    name = etree.QName(element).localname
    return (name, [tree(child) for child in element]) if len(element) else (name, element.text)


def entries(reply):
    return [tree(each)[1] for each in reply.find("{*}Payload/{*}TroubleTickets")]


def test_a_created_ticket_is_answered_with_its_mrid_name_and_status(create, database):
    ((entry),) = entries(create(ticket("a")))
    (stored,) = found(database)[1]
    assert entry == [
        ("mRID", stored["mrid"]),
        ("name", "a"),
        ("previousTroubleTicketsCount", "0"),
        ("status", [("value", "Created")]),
    ]


def test_a_customer_call_is_answered_with_its_usage_point_and_the_earlier_tickets(create):
    create(ticket("a", **on("UP-1")))
    entry = dict(entries(create(ticket("b", **on("UP-1"))))[0])
    assert entry["UsagePoint"] == [("mRID", "UP-1")]
    assert entry["previousTroubleTicketsCount"] == "1"
    assert entry["status"] == [("value", "Energized")]


def test_an_unknown_usage_point_is_not_answered(create):
    assert "UsagePoint" not in dict(entries(create(ticket("a", **on("UP-9"))))[0])


def test_a_ticket_without_a_name_has_none_in_the_reply(create):
    first, second = entries(create(ticket(None), ticket("")))
    assert "name" not in dict(first)
    assert ("name", None) in second


def test_a_confirmed_outage_is_told_about(create, database):
    full = incident(
        "LAT-1",
        comment="tree & wind",
        status="Assigned",
        cause="Weather",
        subcause="Wind",
        estimated_restoration=incident("x").created.replace(hour=18),
        crews=(CrewAssignment("CRW-1", "One"), CrewAssignment("CRW-2", "Two")),
    )
    control(database, add_incident, full)
    entry = dict(entries(create(ticket("a", **on("UP-1"))))[0])
    assert entry["IncidentRecord"] == [
        ("mRID", "INC-LAT-1"),
        ("comment", "tree & wind"),
        ("createdDateTime", "2025-06-02T12:00:00.000Z"),
        ("estimatedRestorationTime", "2025-06-02T18:00:00.000Z"),
        ("Crews", [("mRID", "CRW-1"), ("name", "One")]),
        ("Crews", [("mRID", "CRW-2"), ("name", "Two")]),
        ("OutageRecord", [("OutageCodes", [("name", "Weather"), ("subCode", "Wind")])]),
        ("status", [("value", "Assigned")]),
    ]
    assert entry["status"] == [("value", "Deenergized")]


def test_what_an_incident_lacks_is_left_out(create, database):
    control(database, add_incident, incident("UP-1", cause="Weather"))
    record = dict(entries(create(ticket("a", **on("UP-1"))))[0])["IncidentRecord"]
    assert [name for name, _ in record] == ["mRID", "createdDateTime", "OutageRecord", "status"]
    assert dict(record)["OutageRecord"] == [("OutageCodes", [("name", "Weather")])]


def test_a_predicted_outage_is_not_told_about(create, database):
    control(database, add_incident, incident("UP-1", confirmed=False))
    assert "IncidentRecord" not in dict(entries(create(ticket("a", **on("UP-1"))))[0])


def test_a_location_is_echoed(create):
    entry = entries(create(ticket("a", **pole())))[0]
    assert ("Location", [("description", "PoleID"), ("name", "P-1"), ("type", "Pole")]) in entry


def test_only_created_tickets_are_in_the_reply_and_in_the_message_s_order(create):
    reply = create(ticket("a"), ticket("b", trouble_code=None), ticket("c"), ticket("a"))
    assert result_of(reply) == "PARTIAL"
    assert [dict(each)["name"] for each in entries(reply)] == ["a", "c", "a"]


def test_a_message_of_which_nothing_was_created_has_no_payload(create):
    reply = create(ticket("a", trouble_code=None))
    assert (result_of(reply), reply.find("{*}Payload")) == ("FAILED", None)


def test_an_empty_message_has_an_empty_payload(create):
    reply = create()
    assert (result_of(reply), errors_of(reply), entries(reply)) == ("OK", [], [])


def test_texts_of_every_kind_come_back_as_they_were(create, database):
    name = "<&>\"' ]]> \U0001f525 \u2028\r\n{0}"
    reply = create(ticket(name, trouble_code="Other", comment=name), ticket(name, trouble_code=name))
    assert dict(entries(reply)[0])["name"] == name
    assert errors_of(reply)[0][3] == f"Invalid trouble code: {name} for trouble ticket(s): {name}."
    assert [(each["name"], each["comment"]) for each in found(database)[1]] == [(name, name)]


def test_a_landbase_that_refuses_connections_leaves_the_ticket_unlocated(create, database):
    reply = create(ticket("a", comment="dark", **pole()))
    assert (result_of(reply), errors_of(reply)) == ("OK", [])
    (stored,) = found(database)[1]
    assert (stored["located_by"], stored["comment"]) == (None, "dark\nLocation: Pole PoleID=P-1")


def test_a_slow_ims_gives_no_mrids(create, database):
    control(database, set_fault, InjectedFault(SLOW_IMS, seconds=0.05))
    reply = create(ticket("a"), ticket("b", trouble_code=None))
    assert result_of(reply) == "PARTIAL"
    assert [reason for _, _, reason, _ in errors_of(reply)] == ["MissingTroubleCode", "ImsCallbackNotReceived"]
    (entry,) = entries(reply)
    assert "mRID" not in dict(entry)
    assert ("name", "a") in entry
    assert count(database) == 0


def fault_detail(answer, status):
    assert answer.status == status
    code, _ = fault_of(answer.body)
    detail = answered(answer.body)
    assert (code, detail.tag) == ("Server", f"{{{CHANGED.message_namespace}}}TroubleTicketsFaultMessage")
    assert result_of(detail) == "FAILED"
    return errors_of(detail)


def test_an_internal_error_is_a_fault_with_the_operation_s_fault_message(app, database):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    body = envelope(message(payload=payload_xml(ticket("a"), ticket("b"))))
    ((code, level, reason, _),) = fault_detail(ask(app, body), 500)
    assert (code, level, reason) == ("5.3", "FATAL", "InternalServerError")
    assert count(database) == 0
    assert result_of(answered(ask(app, body).body)) == "OK"
    assert count(database) == 2


def test_a_busy_store_is_said_with_503(data, database):
    file = data / "configuration" / "AdapterCrm_WebServiceConfiguration.xml"
    file.write_text(file.read_text().replace('storeBusySeconds="10"', 'storeBusySeconds="0.05"'))
    with adapter_of(AdapterOptions(data, NOBODY_HOME)) as app, database.write():
        answer = ask(app, envelope(message(payload=payload_xml(ticket("a")))))
    ((code, level, reason, _),) = fault_detail(answer, 503)
    assert (code, level, reason) == ("5.1", "FATAL", "HighSystemActivity")
    assert answer.headers["retry-after"] == "5"


def test_values_that_python_cannot_hold_are_no_internal_error(create):
    reply = create(
        ticket("a", language_id="9" * 5000),
        ticket("b", created_date_time="999999999-01-01T24:00:00Z"),
        ticket("c", first_call_date_time="-9999-01-01T00:00:00Z", call_back=False, **hazards("Fire")),
    )
    assert [reason for _, _, reason, _ in errors_of(reply)] == ["InvalidLanguageId", "InvalidCreatedDateTime"]


def test_a_replay_is_refused(app):
    replay = f"<h:ReplayDetection><h:Nonce>n</h:Nonce><h:Created>{at()}</h:Created></h:ReplayDetection><h:Timestamp>"
    body = envelope(message(header_xml().replace("<h:Timestamp>", replay), payload_xml(ticket("a"))))
    # The message was made long ago by the machine's clock.
    reply = answered(ask(app, body).body)
    ((code, _, reason, _),) = errors_of(reply)
    assert (result_of(reply), code, reason, reply.find("{*}Payload")) == ("FAILED", "7.7", "ReplayDetected", None)


def test_edits_of_the_configuration_hold_for_the_next_message(create, data, database):
    create(ticket("a", comment="x" * 10))
    settings = data / "configuration" / "AdapterCrm.xml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('limit="500"', 'limit="5"'), encoding="utf-8")
    errors = data / "configuration" / "CrmAdapter_CreateTroubleTickets_ErrorConfiguration.xml"
    errors.write_text(errors.read_text(encoding="utf-8").replace("Comment exceeds limit for", "Too long:"))
    reply = create(ticket("b", comment="x" * 10))
    assert [details for *_, details in errors_of(reply)] == ["Too long: trouble ticket(s): b"]
    assert [len(each["comment"]) for each in found(database)[1]] == [10, 5]


def test_a_renamed_contract_is_spoken(data, tmp_path):
    remapping = tmp_path / "vendor.toml"
    ours = load_contract().operations["CreatedTroubleTickets"]
    names = {PARTS: "urn:parts", ours.message_namespace: "urn:message", ours.payload_namespace: "urn:payload"}
    remapping.write_text("[namespaces]\n" + "\n".join(f"'{old}' = '{new}'" for old, new in names.items()))
    body = envelope(message(payload=payload_xml(ticket("a")))).decode()
    translated = body
    for old, new in names.items():
        translated = translated.replace(f'"{old}"', f'"{new}"')
    with adapter_of(AdapterOptions(data, NOBODY_HOME, remapping)) as app:
        assert fault_of(ask(app, body.encode()).body)[0] == "Client"
        reply = message_in(etree.fromstring(ask(app, translated.encode()).body))
        wsdl = ask(app, method="GET", query="wsdl").body
    vendor = load_contract(remapping)
    assert vendor.schema(vendor.operations["CreatedTroubleTickets"]).validate(reply)
    assert {etree.QName(each).namespace for each in reply.iter()} == {"urn:parts", "urn:message", "urn:payload"}
    assert b'"urn:message"' in wsdl


def test_another_folder_of_configuration_may_be_used(data, tmp_path):
    other = tmp_path / "other"
    copy_shipped_files(other)
    file = other / "AdapterCrm.xml"
    file.write_text(file.read_text(encoding="utf-8").replace("EcoStruxure GridOps", "Somebody else"), encoding="utf-8")
    with adapter_of(AdapterOptions(data, NOBODY_HOME), configuration=other) as app:
        reply = answered(ask(app, envelope()).body)
    assert reply.findtext(f"{{*}}Header/{{{PARTS}}}Source") == "Somebody else"


def test_an_error_configuration_that_lacks_a_reason_stops_the_start(data):
    file = data / "configuration" / "CrmAdapter_CreateTroubleTickets_ErrorConfiguration.xml"
    file.write_bytes((SHIPPED / file.name).read_bytes().replace(b'name="ReplayDetected"', b'name="Replay"'))
    with pytest.raises(Exception, match="no Error named ReplayDetected"):
        build_soap_app(AdapterOptions(data, NOBODY_HOME))


def test_options_reach_a_worker_through_the_environment(monkeypatch, tmp_path):
    for contract in (None, tmp_path / "vendor.toml"):
        options = AdapterOptions(tmp_path, NOBODY_HOME, contract)
        monkeypatch.delenv("CRM_ADAPTER_CONTRACT", raising=False)
        for name, value in options.to_environment().items():
            monkeypatch.setenv(name, value)
        assert AdapterOptions.from_environment() == options

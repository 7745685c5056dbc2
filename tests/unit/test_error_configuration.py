"""The error configuration of an operation: read whole, or refused with file and line."""

from pathlib import Path

import pytest
from builders import CREATE_ERRORS, SHIPPED

from reference_adapter.configuration.errors import parse_error_configuration
from reference_adapter.configuration.files import watch_errors
from reference_adapter.configuration.watched import ConfigurationError

HEAD = '<ErrorConfiguration operation="CreatedTroubleTickets">'
GOOD = '<Error name="A" code="2.7" level="WARNING" reason="Ah" details="a {1} b {0} c {1}"/>'


def parse(text, names=frozenset(), operation="CreatedTroubleTickets"):
    return parse_error_configuration(text.encode(), Path("errors.xml"), operation, frozenset(names))


def test_an_error_is_read_whole():
    error = parse(f"{HEAD}{GOOD}</ErrorConfiguration>", {"A"})["A"]
    assert (error.code, error.level, error.reason, error.details) == ("2.7", "WARNING", "Ah", "a {1} b {0} c {1}")
    assert error.placeholders == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "details"),
    [(("x", "y"), "a y b x c y"), (("x",), "a  b x c "), ((), "a  b  c "), (("{1}", "\\1"), "a \\1 b {1} c \\1")],
)
def test_an_error_is_filled(arguments, details):
    error = parse(f"{HEAD}{GOOD}</ErrorConfiguration>")["A"].filled(*arguments)
    assert (error.code, error.level, error.reason, error.details) == ("2.7", "WARNING", "Ah", details)


@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        (GOOD + "\n" + GOOD, "errors.xml:2: A stands twice"),
        (GOOD.replace("2.7", "2"), "errors.xml:1: A: code '2' is not of the form N.N"),
        (GOOD.replace("2.7", "x.7"), "code 'x.7'"),
        (GOOD.replace("2.7", ""), "errors.xml:1: Error needs the attribute code"),
        (GOOD.replace("WARNING", "warning"), "level 'warning' is none of INFORM, WARNING, FATAL, CATASTROPHIC"),
        (GOOD.replace(' name="A"', ""), "Error needs the attribute name"),
        (GOOD.replace(' reason="Ah"', ""), "Error needs the attribute reason"),
        (GOOD.replace('details="a {1} b {0} c {1}"', 'details=""'), "Error needs the attribute details"),
        ("", "errors.xml: no Error named A"),
        (GOOD.replace('name="A"', 'name="B"'), "errors.xml: no Error named A"),
        ("<Error", "errors.xml: is not well-formed"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(inside, complaint):
    with pytest.raises(ConfigurationError) as refused:
        parse(f"{HEAD}{inside}</ErrorConfiguration>", {"A"})
    assert complaint in str(refused.value)


def test_all_missing_errors_are_named():
    with pytest.raises(ConfigurationError, match=r"no Error named B, C$"):
        parse(f"{HEAD}{GOOD}</ErrorConfiguration>", {"C", "A", "B"})


@pytest.mark.parametrize("text", ["", "<ErrorConfiguration/>", "<Errors operation='CreatedTroubleTickets'/>"])
def test_another_document_is_refused(text):
    with pytest.raises(ConfigurationError, match=r"errors\.xml"):
        parse(text)


def test_the_configuration_of_another_operation_is_refused():
    with pytest.raises(ConfigurationError, match="is not the configuration of ChangedTroubleTickets"):
        parse(f"{HEAD}</ErrorConfiguration>", operation="ChangedTroubleTickets")


def test_an_entity_of_the_file_is_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(GOOD)
    text = f'<!DOCTYPE E [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{HEAD}&x;</ErrorConfiguration>'
    assert parse(text) == {}


def test_the_file_of_each_operation_is_found_by_its_name(tmp_path):
    for shipped in SHIPPED.glob("*.xml"):
        (tmp_path / shipped.name).write_bytes(shipped.read_bytes())
    # A reason that no other operation has.
    own = {
        "CreatedTroubleTickets": "ImsCallbackNotReceived",
        "ChangedTroubleTickets": "UpdateDataMissing",
        "GetTroubleTickets": "InvalidContext",
        "GetCallbacks": "PriorityNotNumber",
        "CreatedCallBacksResults": "DifferentCsrId",
    }
    found = {name: watch_errors(tmp_path, name, frozenset({reason})).current() for name, reason in own.items()}
    assert [each[own[name]].code for name, each in found.items()] == ["5.3", "1.2", "2.7", "1.2", "2.7"]


def test_a_change_is_reported_without_a_restart(tmp_path):
    file = tmp_path / CREATE_ERRORS.name
    file.write_bytes(CREATE_ERRORS.read_bytes())
    watched = watch_errors(tmp_path, "CreatedTroubleTickets", frozenset({"InvalidVerb"}))
    file.write_text(CREATE_ERRORS.read_text(encoding="utf-8").replace("Invalid verb: {0}.", "Verb {0}? No."))
    assert watched.current()["InvalidVerb"].filled("x").details == "Verb x? No."


def test_a_change_that_drops_a_reported_error_is_not_taken(tmp_path, caplog):
    file = tmp_path / CREATE_ERRORS.name
    file.write_bytes(CREATE_ERRORS.read_bytes())
    watched = watch_errors(tmp_path, "CreatedTroubleTickets", frozenset({"InvalidVerb"}))
    file.write_text(CREATE_ERRORS.read_text(encoding="utf-8").replace('name="InvalidVerb"', 'name="Invalid"'))
    assert watched.current()["InvalidVerb"].code == "2.9"
    assert "no Error named InvalidVerb" in caplog.text

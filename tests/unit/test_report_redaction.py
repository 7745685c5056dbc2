"""Customers are taken out of a whole bundle, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from report_samples import sample

from crmkit.evidence import personal
from crmkit.evidence.bundle import Bundle
from crmkit.evidence.document import CallEntry, CheckEntry, Document, RowEntry, ScenarioEntry, StepEntry, VerdictEntry
from crmkit.evidence.leftovers import Leftovers
from crmkit.evidence.personal import Visitor
from crmkit.evidence.pseudonyms import Kind, Pseudonyms, emails_in, phones_in
from crmkit.evidence.redaction import redact

# Pseudonyms: what stands for a value, and where it is found again.


def names(*found: tuple[Kind, str], plain: str = "") -> Pseudonyms:
    made = Pseudonyms(plain)
    for kind, value in found:
        made.find(kind, value)
    return made


def test_the_same_value_gets_the_same_replacement_however_it_is_written() -> None:
    made = names((Kind.NAME, "Okafor"), (Kind.NAME, "Ruth"), (Kind.PHONE, "512-555-0142"))
    assert made.out_of("Ruth Okafor, RUTH OKAFOR, okafor") == "Name-2 Name-1, Name-2 Name-1, Name-1"
    assert made.instead(Kind.NAME, " Okafor ") == " Name-1 "
    assert made.instead(Kind.PHONE, "5125550142") == "000-0001"


@pytest.mark.parametrize(
    "text", ["512-555-0142", "(512) 555-0142", "5125550142", "512.555.0142", "512 555 0142", "+1 512 555 0142"]
)
def test_a_telephone_number_is_found_however_it_is_grouped(text: str) -> None:
    made = names((Kind.PHONE, "512 555-0142"))
    said = made.out_of(f"Call {text}, please")
    assert "000-0001, please" in said
    assert "555" not in said


@pytest.mark.parametrize("text", ["-97.7431", "-97.74310"])
def test_a_position_is_found_as_a_number(text: str) -> None:
    made = names((Kind.POSITION, "-97.7431"), (Kind.POSITION, "30.2672"))
    assert made.out_of(f"x={text},30.2672. Not 130.2672") == "x=0.10001,0.10002. Not 130.2672"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.NAME, "Ann", "Annabel annoys; announce"),
        (Kind.EMAIL, "ann@example.org", "ann@example.organic joann@example.org"),
        (Kind.PHONE, "512-555-0142", "UP-5125550142 75125550142"),
        (Kind.ADDRESS, "Elm Street", "Elm Streets, Helm Street"),
    ],
)
def test_what_only_looks_alike_stays(kind: Kind, value: str, text: str) -> None:
    if kind is Kind.PHONE:
        text = text.split()[0]
    assert names((kind, value)).out_of(text) == text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.NAME, "Al"),
        (Kind.NAME, "M."),
        (Kind.ADDRESS, "1204"),
        (Kind.ADDRESS, "red"),
        (Kind.POSITION, "0"),
        (Kind.POSITION, "12.5"),
        (Kind.PHONE, "911"),
        (Kind.NAME, "Result"),
        (Kind.ADDRESS, "Lights Out"),
    ],
)
def test_what_is_too_short_or_a_word_of_the_report_is_replaced_only_in_its_place(kind: Kind, value: str) -> None:
    made = names((kind, value), plain="The Result of Lights Out is told")
    assert made.instead(kind, value) != value
    text = f"Here {value} stands"
    assert made.out_of(text) == text
    assert made.in_place_only == {value}
    assert Leftovers(made).in_text(text) == set()


def test_a_word_of_the_report_stays_though_a_name_is_spelled_like_it() -> None:
    made = names((Kind.NAME, "Mark"), plain="callbacks to mark")
    assert made.out_of("Mark may mark MARK") == "Name-1 may mark Name-1"
    assert Leftovers(made).in_text("callbacks to mark") == set()


def test_the_longest_value_is_replaced_first() -> None:
    made = names((Kind.ADDRESS, "Barton Hills"), (Kind.ADDRESS, "Barton Hills Drive"), (Kind.NAME, "Barton"))
    assert made.out_of("Barton of Barton Hills Drive, Barton  Hills") == "Name-1 of Address-2, Address-1"


@pytest.mark.parametrize(
    ("text", "emails", "phones"),
    [
        ("Write to ann.lee+crm@mail.example.org.", ["ann.lee+crm@mail.example.org"], []),
        ("Call (512) 555-0142 or +49 30 1234567", [], ["(512) 555-0142", "+49 30 1234567"]),
        ("2026-03-02 09:15 at -97.7431 30.2672, UP-0007714", [], []),
    ],
)
def test_what_a_free_text_shows_by_its_form(text: str, emails: list[str], phones: list[str]) -> None:
    assert (list(emails_in(text)), list(phones_in(text))) == (emails, phones)


# Where personal data stands.


def seen(walk: Any, *arguments: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def visit(kind: Kind, value: str) -> str:
        found.append((kind.value, value))
        return value

    def visit_text(text: str) -> str:
        found.append(("text", text))
        return text

    made = walk(*arguments, Visitor(visit, visit_text))
    assert made == arguments[-1]
    return found


def test_in_a_message() -> None:
    message = """<a:Ticket xmlns:a="urn:a"><a:name>WEB-1</a:name><comment>Call me</comment>
      <a:Location><a:description>StreetName</a:description><a:name>Elm &amp; Oak</a:name></a:Location>
      <a:Location><a:description>PoleID</a:description><a:name>P-00104</a:name></a:Location>
      <a:Location><a:PositionPoint><a:xPosition>-97.7</a:xPosition></a:PositionPoint></a:Location>
      <a:CustomerData><a:firstName>Zo&#235;</a:firstName><a:lastName/><a:mName></a:mName>
      <a:electronicAddress><a:email1>z@x.org</a:email1></a:electronicAddress>
      <a:mobilePhone><a:localNumber>555</a:localNumber></a:mobilePhone></a:CustomerData></a:Ticket>"""
    assert sorted(seen(personal.in_xml, message)) == [
        ("Address", "Elm & Oak"),
        ("Email", "z@x.org"),
        ("Name", "Zoë"),
        ("Phone", "555"),
        ("Position", "-97.7"),
        ("text", "Call me"),
    ]


def test_in_the_json_of_a_control_api() -> None:
    ticket = {
        "mrid": "TT-1",
        "name": "WEB-1",
        "comment": "Call me",
        "contacts": [
            {"first_name": "Ada", "middleName": None, "type": "mobile", "value": "555 0101", "preferred": True},
            {"type": "anything", "value": "stays"},
        ],
        "location": [
            {"type": "Address", "description": "StreetName", "name": "Elm Street"},
            {"type": "Pole", "description": "PoleID", "name": "P-00104"},
        ],
        "position": {"x": -97.7431, "y": 30},
        "usage_point": {"longitude": -97.5, "priority": 3},
        "geometry": {"type": "Point", "coordinates": [-97.1, 30.2]},
        "body": "<lastName>Lovelace</lastName>",
    }
    assert sorted(seen(personal.in_json, ticket)) == [
        ("Address", "Elm Street"),
        ("Name", "Ada"),
        ("Name", "Lovelace"),
        ("Phone", "555 0101"),
        ("Position", "-97.1"),
        ("Position", "-97.5"),
        ("Position", "-97.7431"),
        ("Position", "30"),
        ("Position", "30.2"),
        ("text", "Call me"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("ticket", "first", []),
        (
            "caller",
            "Ada M. King; email ada@x.org; landline 512 555 0101",
            [("Name", "Ada"), ("Name", "M."), ("Name", "King"), ("Email", "ada@x.org"), ("Phone", "512 555 0101")],
        ),
        ("person", "Ada King", [("Name", "Ada"), ("Name", "King")]),
        ("gained", "email a@x.org, mobile 555", [("Email", "a@x.org"), ("Phone", "555")]),
        ("landline", "555", [("Phone", "555")]),
        ("location", "known Pole", []),
        ("location", "Address HouseNumber=12, StreetName=Elm St", [("Address", "12"), ("Address", "Elm St")]),
        ("location", "Pole PoleID=P-1", []),
        ("position", "-97.7,30.2", [("Position", "-97.7"), ("Position", "30.2")]),
        ("position", "EPSG:2277 3.5,4.5", [("Position", "3.5"), ("Position", "4.5")]),
        ("position", "elsewhere", []),
        ("comment", "Call me", [("text", "Call me")]),
    ],
)
def test_in_a_column_of_a_step(column: str, cell: str, expected: list[tuple[str, str]]) -> None:
    found = seen(lambda text, visitor: personal.in_cell(column, text, visitor), cell)
    assert [each for each in found if each[1] not in (";", ",", "", " ") and each[1].strip()] == expected


# Whole bundles.

REQUEST = """<?xml version="1.0" encoding="UTF-8"?>
<m:Created xmlns:m="urn:m"><m:mRID>UP-0000077</m:mRID>
<m:firstName>Zo&#235;</m:firstName><m:lastName>O'Brien</m:lastName><m:email1>zoe@example.org</m:email1><m:localNumber>512-555-0142</m:localNumber><m:xPosition>-97.7431</m:xPosition>
<m:comment>Ask for Zo&#xEB; O&apos;Brien, (512) 555 0142, or her son tim@example.org.</m:comment>
<m:details>O&#x27;Brien &amp; Zo&#xEB; are unknown</m:details></m:Created>"""
REPLY = {
    "items": [
        {"mrid": "TT-1", "contacts": [{"last_name": "O'Brien", "type": "email", "value": "zoe@example.org"}]},
        {"position": {"x": -97.7431, "y": 30.2672}, "said": "ZOË was called", "csr_id": "csr-17"},
    ]
}


def bundle() -> Bundle:
    calls = [
        CallEntry(
            caller="kit", called="target", kind="soap", label="Created", started=0, finished=0.1, method="POST",
            url="http://there/S", status=200, request="messages/a.request.xml", response="messages/a.response.json",
            is_subject=True,
        ),
        CallEntry(
            caller="target", called="landbase", kind="http", label="items", started=0.01, finished=0.02,
            url="http://landbase/items?Name=O%27Brien+Square&x=-97.7431",
        ),
    ]  # fmt: skip
    table = [["ticket", "caller", "comment"], ["first", "Al O'Brien; mobile 737 555 0199", "a | b"]]
    scenario = ScenarioEntry(
        id="5.1-05-1", title="5.1-05 A call of Zoë", feature="own/f.feature", line=3, tags=["5.1-05"], outcome="failed",
        reason="tim@example.org is not there", seconds=1,
        steps=[
            StepEntry(keyword="When", text="these trouble tickets are sent:", table=table, outcome="failed", seconds=1)
        ],
        checks=[
            CheckEntry(aspect="effect", field="ticket first: position", expected="-97.7431,30.2672",
                       observed="-97.1234,30.5678", held="no"),
            CheckEntry(aspect="payload", field="CustomerData/firstName", expected="Al", observed="Zoë", held="no"),
            CheckEntry(aspect="code", field="Reply/Error[1]/code", expected="2.7", observed="2.6", held="no"),
        ],
        calls=calls,
    )  # fmt: skip
    row = RowEntry(
        row="5.1-05", operation="CreatedTroubleTickets", table="5.1", title="Plain", outcome="failed", seconds=1,
        scenarios=[scenario],
    )  # fmt: skip
    feature = (
        "Feature: F\n\n  @5.1-05\n  Scenario: 5.1-05 A call of Zoë\n    When these trouble tickets are sent:\n"
        "      | ticket | caller                          | comment |\n"
        "      | first  | Al O'Brien; mobile 737 555 0199 | a \\| b  |\n"
    )
    landmark = {"parameters": {"StreetName": "Elm Row", "PoleID": "P-7"}, "latitude": 31.5}
    document = Document(
        verdict=VerdictEntry(text="not conformant", exit_code=1, counts={"failed": 1}), own_servers=False,
        started="2026-03-02T09:15:00Z", seconds=1, results=[row], features={"own/f.feature": feature},
        profile={"fixtures": {"landmarks": [landmark]}},
    )  # fmt: skip
    return Bundle(
        document,
        {"messages/a.request.xml": REQUEST.encode(), "messages/a.response.json": json.dumps(REPLY).encode()},
    )


@pytest.fixture(scope="module")
def redacted() -> tuple[Bundle, dict[str, bytes]]:
    made = redact(bundle())
    files = made.bundle.files()
    assert Leftovers(made.pseudonyms).in_files(files) == {}
    return made.bundle, files


ORIGINALS = (
    "Zoë", "ZOË", "Zo&#235;", "Zo&#xEB;", "O'Brien", "O&apos;Brien", "O&#x27;Brien", "O%27Brien", "zoe@", "tim@",
    "0142", "0199",
    "97.7431", "30.2672", "97.1234", "30.5678", "Elm Row", "31.5",
)  # fmt: skip


def test_no_original_is_left_in_any_file(redacted: tuple[Bundle, dict[str, bytes]]) -> None:
    for name, content in redacted[1].items():
        text = content.decode()
        for original in ORIGINALS:
            assert original not in text, f"{original} in {name}"
            assert json.dumps(original)[1:-1] not in text, f"{original} in {name}"


def test_what_tells_nothing_of_customers_stays(redacted: tuple[Bundle, dict[str, bytes]]) -> None:
    made, files = redacted
    (scenario,) = made.document.results[0].scenarios
    assert (scenario.id, scenario.tags, scenario.checks[2].observed) == ("5.1-05-1", ["5.1-05"], "2.6")
    request = files["messages/a.request.xml"].decode()
    assert "<m:mRID>UP-0000077</m:mRID>" in request
    assert '<?xml version="1.0" encoding="UTF-8"?>\n<m:Created xmlns:m="urn:m">' in request
    reply = json.loads(files["messages/a.response.json"])
    assert (reply["items"][0]["mrid"], reply["items"][1]["csr_id"]) == ("TT-1", "csr-17")
    assert made.document.profile is not None
    (landmark,) = made.document.profile["fixtures"]["landmarks"]
    assert landmark["parameters"]["PoleID"] == "P-7"
    assert landmark["parameters"]["StreetName"].startswith("Address-")
    assert str(landmark["latitude"]).startswith("0.1000")


def test_the_same_customer_is_the_same_in_every_file(redacted: tuple[Bundle, dict[str, bytes]]) -> None:
    made, files = redacted
    request = files["messages/a.request.xml"].decode()
    reply = json.loads(files["messages/a.response.json"])
    last = reply["items"][0]["contacts"][0]["last_name"]
    assert f"<m:lastName>{last}</m:lastName>" in request
    first = request.partition("<m:firstName>")[2].partition("<")[0]
    assert f"Ask for {first} {last}, " in request
    assert f"<m:details>{last} &amp; {first} are unknown</m:details>" in request
    assert reply["items"][1]["said"] == f"{first} was called"
    (scenario,) = made.document.results[0].scenarios
    assert scenario.title == f"5.1-05 A call of {first}"
    table = scenario.steps[0].table
    assert table is not None
    # Too short to be replaced anywhere else, and replaced where it stands as a name.
    short = table[1][1].partition(" ")[0]
    assert table[1][1].startswith(f"{short} {last}; mobile 000-")
    assert short.startswith("Name-")
    assert (scenario.checks[1].expected, scenario.checks[1].observed) == (short, first)
    assert scenario.calls[1].url is not None
    assert last in scenario.calls[1].url


def test_features_and_steps_still_agree(redacted: tuple[Bundle, dict[str, bytes]]) -> None:
    """Or Cucumber's tools would be shown a scenario that was made up."""
    lines = [json.loads(line) for line in redacted[1]["messages.ndjson"].decode().splitlines()]
    assert [line["source"]["uri"] for line in lines if "source" in line] == ["own/f.feature"]


def test_a_bundle_without_customers_is_left_as_it_is() -> None:
    document = bundle().document.model_copy(update={"results": [], "features": {}, "profile": None})
    plain = Bundle(document, {"messages/a.xml": b"<a>\xe9 not UTF-8</a>"})
    assert redact(plain).bundle == plain


def test_a_message_keeps_its_encoding() -> None:
    whole = bundle()
    text = REQUEST.replace("UTF-8", "ISO-8859-1").replace("&#235;", "ë")
    made = redact(Bundle(whole.document, {**whole.messages, "messages/a.request.xml": text.encode("latin-1")}))
    assert "Zoë" not in made.bundle.messages["messages/a.request.xml"].decode("latin-1")


def test_a_leftover_is_noticed() -> None:
    made = redact(bundle())
    look = Leftovers(made.pseudonyms)
    for text, value in (
        ("Ask Zo&#235;!", "Zoë"),
        ('"O\\u0027Brien"', "O'Brien"),
        ("ZOE@EXAMPLE.ORG", "zoe@example.org"),
        ("512/555/0142", "5125550142"),
        ("x=97.74310", "97.7431"),
        ("?Name=Elm%20Row", "Elm Row"),
    ):
        assert look.in_files({"f": text.encode()}) == {"f": {value}}, text


def test_the_sample_is_redacted_whole() -> None:
    made = redact(Bundle(*sample()))
    assert Leftovers(made.pseudonyms).in_files(made.bundle.files()) == {}
    assert len(made.pseudonyms.everywhere) > 80
    before, after = sample()[0], made.bundle.document
    assert [row.model_dump(exclude={"scenarios"}) for row in after.results] == [
        row.model_dump(exclude={"scenarios"}) for row in before.results
    ]


def test_the_seconds_of_a_time_are_no_position() -> None:
    names = Pseudonyms()
    names.find(Kind.POSITION, "31.025")
    left = Leftovers(names)
    assert left.in_text('{"now": "2026-11-25T19:10:31.025Z", "at": "2026-11-25T21:59:31.025000Z"}') == set()
    assert left.in_text('{"x": 31.025}') == {"31.025"}
    assert left.in_text("at 31.0250, -97.7") == {"31.025"}


def test_what_stands_for_a_value_is_not_replaced_again() -> None:
    names = Pseudonyms()
    made = names.instead(Kind.ADDRESS, "Mulberry Lane")
    assert names.instead(Kind.ADDRESS, made) == made
    assert names.instead(Kind.NAME, made) == made
    assert {value for _, value in names.everywhere} == {"Mulberry Lane"}


@pytest.mark.parametrize("end", ["Z", "000Z", "+00:00", "-06:00", " UTC", "", ", then"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_time_is_left_whole_whatever_its_seconds(sign: str, end: str) -> None:
    for thousandths in range(10_000, 60_000, 7):
        seconds = f"{thousandths / 1000:06.3f}"
        made = names((Kind.POSITION, f"{sign}{seconds}"))
        for text in (f"2026-11-25T19:10:{seconds}{end}", f"UP-{seconds}", f"v{seconds}", f"{seconds}.7"):
            assert made.out_of(text) == text
            assert Leftovers(made).in_text(text) == set()


def test_a_position_is_replaced_just_where_it_is_looked_for() -> None:
    for thousandths in range(10_000, 180_000, 97):
        value = f"{thousandths / 1000:.3f}"
        made = names((Kind.POSITION, f"-{value}"))
        for text in (
            f"-{value}",
            value,
            f"x={value}00",
            f"({value}, 1)",
            f'{{"a": "{value}"}}',
            f"at {value}.",
            f": {value}",
        ):
            assert Leftovers(made).in_text(text)
            assert Leftovers(made).in_text(made.out_of(text)) == set(), text


@pytest.mark.parametrize("name", ["Payload", "Effect", "Strict", "Attested"])
def test_a_customer_called_like_a_word_of_the_report_leaves_the_report_readable(name: str) -> None:
    whole = bundle()
    request = REQUEST.replace("Zoë", name).replace("Zo&#235;", name)
    assert request != REQUEST
    made = redact(Bundle(whole.document, {"messages/a.request.xml": request.encode()}))
    checks = made.bundle.document.results[0].scenarios[0].checks
    assert [check.aspect for check in checks] == ["effect", "payload", "code"]
    assert name.encode() not in made.bundle.messages["messages/a.request.xml"]

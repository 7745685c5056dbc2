"""The reader of the mapping tables refuses what is malformed, with file and line."""

import re

import pytest

from crm_contract.mappings import MappingError, MappingLine, MappingTable, load_mappings

PART = """\
# a comment, so that the first table is not the first line
[[table]]
id = "10.2"
message = "CustomerData"
stores = ["outage model"]

[[line]]
id = "10.2-01"
section = "Payload"
property = "electronicAddress.email1"
model_properties = ["Type", "Value"]
model_codes = ["OMS_CALLER_CONTACT_TYPE", "OMS_CALLER_CONTACT_VALUE"]
"""
MESSAGE = """\

[[table]]
id = "10.8"
message = "GetTroubleTickets"
part = "request"
stores = ["outage model", "operations database"]

[[line]]
id = "10.8-01"
section = "Header"
property = "Verb"
populated_by = "external system"
"""
LAST = """\

[[line]]
id = "10.8-02"
section = "Request"
property = "CustomerData"
operations_columns = ["UID"]
parts = "10.2"
"""
WHOLE = PART + MESSAGE + LAST
TABLE_AT = PART.count("\n") + 2
LINE_AT = (PART + MESSAGE).count("\n") + 2


def read(tmp_path, text):
    file = tmp_path / "tables.toml"
    file.write_text(text, encoding="utf-8")
    return load_mappings(file)


def refusal(tmp_path, text):
    with pytest.raises(MappingError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert str(error) == f"{tmp_path / 'tables.toml'}:{error.line}: {error.message}"
    return error.line, error.message


def test_a_line_becomes_an_object_with_its_table_and_what_it_leaves_out_empty(tmp_path):
    mappings = read(tmp_path, WHOLE)
    request = MappingTable("10.8", "GetTroubleTickets", "request", ("outage model", "operations database"), None)
    assert mappings.tables == (MappingTable("10.2", "CustomerData", None, ("outage model",), None), request)
    assert mappings["10.8-02"] == MappingLine(
        id="10.8-02",
        table=request,
        section="Request",
        property="CustomerData",
        model_properties=(),
        model_codes=(),
        operations_columns=("UID",),
        populated_by=None,
        parts="10.2",
    )
    assert [line.id for line in mappings] == ["10.2-01", "10.8-01", "10.8-02"]
    assert mappings.of_table("10.8") == mappings.lines[1:]
    assert mappings["10.2-01"].path() == ("electronicAddress", "email1")
    assert [line.is_stored() for line in mappings] == [True, False, True]
    assert [table.shared for table in mappings.tables] == [True, False]


BAD_LINES = [
    ('property = "CustomerData"\n', "", "'property' is missing"),
    ('section = "Request"\n', "", "'section' is missing"),
    ('id = "10.8-02"\n', "", "'id' is missing"),
    ('parts = "10.2"', 'description = "x"', "unknown key 'description'"),
    ('parts = "10.2"', 'table = "10.8"', "unknown key 'table'"),
    ('section = "Request"', 'section = "Body"', "'section' knows no 'Body', only Header, Request"),
    ('section = "Request"', 'section = "Payload"', "'section' knows no 'Payload', only Header, Request"),
    ('section = "Request"', 'section = "Reply"', "'section' knows no 'Reply', only Header, Request"),
    ('property = "CustomerData"', 'property = "UsagePoint. mRID"', "'property' wants a path"),
    ('property = "CustomerData"', 'property = ".mRID"', "'property' wants a path"),
    ('property = "CustomerData"', "property = 5", "'property' wants a text, not 5"),
    ('["UID"]', '"UID"', "'operations_columns' wants a list of texts, not 'UID'"),
    ('["UID"]', "[]", "'operations_columns' wants a list of texts"),
    ('["UID"]', '["UID", "UID"]', "'operations_columns' names 'UID' twice"),
    ('parts = "10.2"', 'populated_by = "CRM"', "'populated_by' knows no 'CRM', only external system, CRM Adapter"),
    ('parts = "10.2"', 'parts = "10.8"', "'parts' knows no '10.8', only 10.2"),
    ('id = "10.8-02"', 'id = "10.8-2"', "'id' wants table-position"),
    ('id = "10.8-02"', 'id = "5.1-02"', "'id' wants table-position"),
    ('id = "10.8-02"', 'id = "10.9-01"', "'id' '10.9-01' is of a table that has no [[table]] block"),
    ('id = "10.8-02"', 'id = "10.8-01"', "'id' '10.8-01' stands twice"),
    ('id = "10.8-02"', 'id = "10.8-00"', "'id' '10.8-00' is out of order: it stands behind '10.8-01'"),
    (
        'section = "Request"\nproperty = "CustomerData"',
        'section = "Header"\nproperty = "Verb"',
        "'property' 'Verb' of the Header stands twice in 10.8",
    ),
]


@pytest.mark.parametrize(("good", "bad", "message"), BAD_LINES, ids=[case[2] for case in BAD_LINES])
def test_a_malformed_line_is_refused_where_it_begins(tmp_path, good, bad, message):
    assert good in LAST
    line, said = refusal(tmp_path, PART + MESSAGE + LAST.replace(good, bad))
    assert (line, said[: len(message)]) == (LINE_AT, message)


BAD_TABLES = [
    ('message = "GetTroubleTickets"\n', "", "'message' is missing"),
    ('stores = ["outage model", "operations database"]\n', "", "'stores' is missing"),
    ('part = "request"', 'title = "x"', "unknown key 'title'"),
    ('id = "10.8"', 'id = "9.1"', "'id' wants the number of a mapping table, such as '10.5', not '9.1'"),
    ('id = "10.8"', 'id = "10.2"', "'id' '10.2' stands twice"),
    ('id = "10.8"', 'id = "10.1"', "'id' '10.1' is out of order: it stands behind '10.2'"),
    ('message = "GetTroubleTickets"', 'message = "GetTickets"', "'message' knows no 'GetTickets'"),
    ('message = "GetTroubleTickets"', 'message = "Location"', "'part' goes with an operation's message"),
    ('part = "request"\n', "", "'part' goes with an operation's message"),
    ('part = "request"', 'part = "fault"', "'part' knows no 'fault', only request, reply"),
    ('part = "request"', 'part = "request"\ndetail = "some"', "'detail' knows no 'some', only limited, full"),
    ('"operations database"', '"archive"', "'stores' knows no 'archive', only outage model, operations database"),
]


@pytest.mark.parametrize(("good", "bad", "message"), BAD_TABLES, ids=[case[2] for case in BAD_TABLES])
def test_a_malformed_table_is_refused_where_it_begins(tmp_path, good, bad, message):
    assert good in MESSAGE
    line, said = refusal(tmp_path, PART + MESSAGE.replace(good, bad) + LAST)
    assert (line, said[: len(message)]) == (TABLE_AT, message)


def test_a_store_that_the_table_does_not_map_to_is_refused(tmp_path):
    only_model = WHOLE.replace('["outage model", "operations database"]', '["outage model"]')
    assert refusal(tmp_path, only_model) == (
        LINE_AT,
        "'operations_columns' is not for table 10.8, which does not map to the operations database",
    )
    only_database = WHOLE.replace('stores = ["outage model"]', 'stores = ["operations database"]')
    assert refusal(tmp_path, only_database) == (
        7,
        "'model_properties' is not for table 10.2, which does not map to the outage model",
    )


def test_a_shared_part_has_a_payload_only(tmp_path):
    text = WHOLE.replace('section = "Payload"', 'section = "Header"')
    assert refusal(tmp_path, text) == (7, "'section' knows no 'Header', only Payload")


def test_a_table_without_lines_is_refused(tmp_path):
    assert refusal(tmp_path, PART + MESSAGE.split("[[line]]")[0]) == (TABLE_AT, "table 10.8 has no [[line]] blocks")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "has no [[table]] blocks"),
        (PART.split("[[line]]")[0], 1, "has no [[line]] blocks"),
        (WHOLE + "\n[extra]\n", WHOLE.count("\n") + 2, "unknown key 'extra'; only [[table]] and [[line]] are known"),
        ("line = [{id = '10.2-01'}]\n" + PART.split("[[line]]")[0], 1, "every line is a [[line]] block of its own"),
    ],
    ids=["empty", "no lines", "another table", "an inline line"],
)
def test_a_file_of_something_else_is_refused(tmp_path, text, line, message):
    assert refusal(tmp_path, text) == (line, message)


def test_broken_toml_is_refused_at_the_parser_s_line(tmp_path):
    line, message = refusal(tmp_path, WHOLE.replace('"10.8-02"', "10.8-02"))
    assert (line, message[:12]) == (LINE_AT + 1, "is not TOML:")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MappingError, match=re.escape(f"{tmp_path / 'none.toml'}:1: cannot be read")):
        load_mappings(tmp_path / "none.toml")

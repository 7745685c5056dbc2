"""The reader of the catalogue refuses what is malformed, with file and line."""

import re

import pytest

from crm_contract.use_cases import CatalogueError, UseCase, load_catalogue

FIRST = """\
# a comment, so that the first row is not the first line
[[row]]
id = "5.1-12"
title = "Hazards that are not configured"
operations = ["CreatedTroubleTickets"]
result = ["OK"]
accepts = ["OK", "PARTIAL"]
code = "2.7"
level = "WARNING"
reason = "InvalidHazardType"
details = "Invalid hazard type(s): {0} for trouble ticket(s): {1}"
effect = "the hazard is left out"
needs = ["known usage point"]
decisions = ["D-02b", "D-14"]
"""
SECOND = """\

[[row]]
id = "5.1-26"
title = "Found"
operations = ["CreatedTroubleTickets"]
result = ["OK"]
effect = "located"
"""
SECOND_ROW = FIRST.count("\n") + 2


def read(tmp_path, text):
    file = tmp_path / "rows.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_catalogue(file)


def refusal(tmp_path, text):
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert error.file == tmp_path / "rows.toml"
    assert str(error) == f"{error.file}:{error.line}: {error.message}"
    return error.line, error.message


def test_a_row_becomes_an_object_with_what_it_leaves_out_filled_in(tmp_path):
    first, second = read(tmp_path, FIRST + SECOND)
    assert first == UseCase(
        id="5.1-12",
        table="5.1",
        title="Hazards that are not configured",
        operations=("CreatedTroubleTickets",),
        result=("OK",),
        accepts=("OK", "PARTIAL"),
        code="2.7",
        level="WARNING",
        reason="InvalidHazardType",
        details="Invalid hazard type(s): {0} for trouble ticket(s): {1}",
        effect="the hazard is left out",
        needs=("known usage point",),
        decisions=("D-02b", "D-14"),
    )
    assert (second.accepts, second.needs, second.decisions) == (("OK",), (), ())
    assert (second.code, second.level, second.reason, second.details) == (None, None, None, None)


MALFORMED_ROWS = [
    ('title = "Found"\n', "", "'title' is missing"),
    ('effect = "located"\n', "", "'effect' is missing"),
    ('result = ["OK"]\n', "", "'result' is missing"),
    ('operations = ["CreatedTroubleTickets"]\n', "", "'operations' is missing"),
    ('id = "5.1-26"\n', "", "'id' is missing"),
    ('effect = "located"', 'effect = "located"\nnote = "D-08"', "unknown key 'note'"),
    ('effect = "located"', 'effect = "located"\ntable = "5.1"', "unknown key 'table'"),
    ('title = "Found"', "title = 5", "'title' wants a text, not 5"),
    ('title = "Found"', 'title = " "', "'title' wants a text"),
    ('result = ["OK"]', 'result = "OK"', "'result' wants a list of texts, not 'OK'"),
    ('result = ["OK"]', "result = []", "'result' wants a list of texts"),
    ('result = ["OK"]', "result = [1]", "'result' wants a text, not 1"),
    ('result = ["OK"]', 'result = ["OK", "OK"]', "'result' names 'OK' twice"),
    ('result = ["OK"]', 'result = ["Ok"]', "'result' knows no 'Ok'"),
    ('result = ["OK"]', 'result = ["OK"]\naccepts = ["DONE"]', "'accepts' knows no 'DONE'"),
    ('result = ["OK"]', 'result = ["OK"]\naccepts = ["FAILED"]', "'accepts' lacks 'OK'"),
    ('"CreatedTroubleTickets"', '"CreateTroubleTickets"', "'operations' knows no 'CreateTroubleTickets'"),
    ('id = "5.1-26"', 'id = "5.1.26"', "'id' wants table-position"),
    ('id = "5.1-26"', 'id = "5.1-3"', "'id' wants table-position"),
    ('id = "5.1-26"', 'id = "5.1-12"', "'id' '5.1-12' stands twice"),
    ('id = "5.1-26"', 'id = "5.1-11"', "'id' '5.1-11' is out of order: it stands behind '5.1-12'"),
    ('id = "5.1-26"', 'id = "4.2-13"', "'id' '4.2-13' is out of order"),
    ('effect = "located"', 'effect = "located"\nneeds = "slow IMS"', "'needs' wants a list of texts"),
    ('effect = "located"', 'effect = "located"\ndecisions = ["13"]', "'decisions' wants ids such as 'D-13', not '13'"),
    ('effect = "located"', 'effect = "located"\ncode = "2.7"', "'level' is missing: 'code'"),
    ('effect = "located"', 'effect = "located"\nreason = "X"', "'code' is missing: 'reason'"),
]


@pytest.mark.parametrize(("good", "bad", "message"), MALFORMED_ROWS, ids=[row[2] for row in MALFORMED_ROWS])
def test_a_malformed_second_row_is_refused_at_its_line(tmp_path, good, bad, message):
    assert good in SECOND
    line, said = refusal(tmp_path, FIRST + SECOND.replace(good, bad))
    assert (line, said[: len(message)]) == (SECOND_ROW, message)


MALFORMED_ERRORS = [
    ('code = "2.7"', "code = 2.7", "'code' wants a text, not 2.7"),
    ('code = "2.7"', 'code = "27"', "'code' wants the form '2.7', not '27'"),
    ('code = "2.7"', 'code = "2.7.1"', "'code' wants the form '2.7', not '2.7.1'"),
    ('code = "2.7"\n', "", "'code' is missing: 'level' and the other parts"),
    ('level = "WARNING"', 'level = "ERROR"', "'level' knows no 'ERROR'"),
    ('level = "WARNING"\n', "", "'level' is missing"),
    ('reason = "InvalidHazardType"\n', "", "'reason' is missing"),
    ('details = "Invalid hazard type(s): {0} for trouble ticket(s): {1}"\n', "", "'details' is missing"),
    ("{1}", "{2}", "'details' knows the placeholders {0} and {1} only"),
    ("{1}", "{}", "'details' knows the placeholders {0} and {1} only"),
    ("{1}", "{1", "'details' knows the placeholders {0} and {1} only"),
    ("{1}", "1}", "'details' knows the placeholders {0} and {1} only"),
    ("{1}", "{tickets}", "'details' knows the placeholders {0} and {1} only"),
]


@pytest.mark.parametrize(
    ("good", "bad", "message"), MALFORMED_ERRORS, ids=[row[1] + row[2] for row in MALFORMED_ERRORS]
)
def test_a_malformed_error_is_refused_at_its_row_s_line(tmp_path, good, bad, message):
    assert good in FIRST
    line, said = refusal(tmp_path, FIRST.replace(good, bad) + SECOND)
    assert (line, said[: len(message)]) == (2, message)


def test_lines_are_counted_by_line_feeds_only(tmp_path):
    text = FIRST.replace("the hazard is left out", "the hazard\u2028 is left\u0085 out") + SECOND.replace("OK", "YES")
    assert refusal(tmp_path, text)[0] == SECOND_ROW
    assert refusal(tmp_path, text + "[extra]\n")[0] == SECOND_ROW + 6


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (FIRST + SECOND.replace('"located"', "located"), SECOND_ROW + 5),
        (FIRST.replace('id = "5.1-12"', 'id = "5.1-12'), 3),
        (FIRST + SECOND.replace('title = "Found"', 'title = "Found"\ntitle = "Again"'), SECOND_ROW + 3),
        (FIRST + '\n[[row]]\nid = """', SECOND_ROW + 1),
    ],
    ids=["bare word", "open string", "key twice", "end of the file"],
)
def test_broken_toml_is_refused_at_the_parser_s_line(tmp_path, text, line):
    refused_at, message = refusal(tmp_path, text)
    assert (refused_at, message[:12]) == (line, "is not TOML:")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "has no [[row]] blocks"),
        ("row = 5\n", 1, "has no [[row]] blocks"),
        ("row = [{id = '5.1-01'}]\n", 1, "every row is a [[row]] block of its own"),
        (FIRST + SECOND + '\n[extra]\nkey = "x"\n', SECOND_ROW + 7, "unknown key 'extra'; only [[row]] is known"),
        ("\nversion = 1\n" + FIRST, 2, "unknown key 'version'; only [[row]] is known"),
        (b"# caf\xe9\n" + FIRST.encode(), 1, "is not UTF-8"),
        (FIRST.encode() + b"# caf\xe9\n", FIRST.count("\n") + 1, "is not UTF-8"),
    ],
    ids=["empty", "a number", "an inline row", "another table", "another key", "latin-1 first", "latin-1 last"],
)
def test_a_file_that_is_no_catalogue_is_refused(tmp_path, text, line, message):
    assert refusal(tmp_path, text) == (line, message)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match=re.escape(f"{tmp_path / 'none.toml'}:1: cannot be read")):
        load_catalogue(tmp_path / "none.toml")

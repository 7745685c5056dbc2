"""The configuration files are read again while the adapter runs; a broken edit changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from adapter_processes import SharedAdapter, wait_for
from lxml import etree
from raw_http import raw_post
from soap_messages import PARTS, create_message, created, envelope, read_reply, ticket

ERRORS = "CrmAdapter_CreateTroubleTickets_ErrorConfiguration.xml"
SETTINGS = "AdapterCrm.xml"
REFUSED = envelope(created([ticket("x", code="Nonsense")]))
SHIPPED = ("2.7", "FATAL", "InvalidTroubleCode", "Invalid trouble code: Nonsense for trouble ticket(s): x.")
ENTRY = 'name="InvalidTroubleCode" code="2.7" level="FATAL" reason="InvalidTroubleCode"'
KEPT = "the last good configuration stays in force"


class File:
    """A configuration file of the running adapter."""

    def __init__(self, adapter: SharedAdapter, name: str) -> None:
        self.adapter = adapter
        self.path = adapter.data / "configuration" / name
        self.original = self.path.read_text(encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        """Replace a text in the original."""
        assert old in self.original
        self.path.write_text(self.original.replace(old, new), encoding="utf-8")

    def log_since(self, position: int) -> str:
        return self.adapter.log()[position:]


@pytest.fixture
def errors(adapter: SharedAdapter) -> Iterator[File]:
    file = File(adapter, ERRORS)
    yield file
    file.path.write_text(file.original, encoding="utf-8")
    assert reported(adapter) == SHIPPED


@pytest.fixture
def settings(adapter: SharedAdapter) -> Iterator[File]:
    file = File(adapter, SETTINGS)
    yield file
    file.path.write_text(file.original, encoding="utf-8")
    # Both processes have it before the next test.
    assert adapter.control.ask("GET", "/settings")["comment_limit"] == 500
    assert reported(adapter) == SHIPPED


def reported(adapter: SharedAdapter) -> tuple[str, ...]:
    """The one Error of a reply to a ticket with an unknown trouble code."""
    body = raw_post(adapter.url, REFUSED).body
    (error,) = etree.fromstring(body).iter(f"{{{PARTS}}}Error")
    return tuple(error.findtext(f"{{{PARTS}}}{tag}") or "" for tag in ("code", "level", "reason", "details"))


def test_the_next_reply_has_an_edit(adapter: SharedAdapter, errors: File) -> None:
    assert reported(adapter) == SHIPPED
    edited = 'name="InvalidTroubleCode" code="9.99" level="WARNING" reason="UnknownCode"'
    errors.edit(ENTRY, edited)
    assert reported(adapter)[:3] == ("9.99", "WARNING", "UnknownCode")
    errors.edit("Invalid trouble code: {0} for trouble ticket(s): {1}.", "{1} hat &lt;{0}&gt; \u2013 unbekannt")
    assert reported(adapter) == (*SHIPPED[:3], "x hat <Nonsense> \u2013 unbekannt")
    # What a rule does with a ticket is not configured here.
    assert adapter.control.tickets() == []


def test_an_edit_that_replaces_the_file_is_seen(adapter: SharedAdapter, errors: File) -> None:
    for code in ("3.33", "4.44"):
        draft = errors.path.with_suffix(".new")
        draft.write_text(errors.original.replace(ENTRY, ENTRY.replace("2.7", code)), encoding="utf-8")
        # An editor that keeps the time of the old file, and a text of the same length.
        stat = errors.path.stat()
        os.utime(draft, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        draft.replace(errors.path)
        assert reported(adapter)[0] == code


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("</ErrorConfiguration>", "", id="not well-formed"),
        pytest.param(ENTRY, ENTRY.replace("InvalidTroubleCode", "Renamed", 1), id="an Error is missing"),
        pytest.param(ENTRY, ENTRY.replace('code="2.7"', 'code="two"'), id="code that is none"),
        pytest.param(ENTRY, ENTRY.replace("FATAL", "DEADLY"), id="level that is none"),
        pytest.param(ENTRY, ENTRY.replace('level="FATAL"', ""), id="no level"),
        pytest.param('operation="CreatedTroubleTickets"', 'operation="GetCallbacks"', id="another operation's"),
        pytest.param("<ErrorConfiguration ", "<!DOCTYPE x [<!ENTITY e 'x'>]><ErrorConfigurations ", id="another root"),
        pytest.param('encoding="UTF-8"', 'encoding="MARTIAN"', id="unknown encoding"),
    ],
)
def test_a_broken_edit_keeps_the_last_good_one(adapter: SharedAdapter, errors: File, old: str, new: str) -> None:
    errors.edit(ENTRY, ENTRY.replace("2.7", "9.99"))
    assert reported(adapter)[0] == "9.99"
    position = len(adapter.log())
    errors.edit(old, new)
    for _ in range(3):
        assert reported(adapter)[0] == "9.99"
    wait_for(lambda: KEPT in errors.log_since(position), "the log entry")
    assert errors.log_since(position).count(KEPT) == 1
    assert ERRORS in errors.log_since(position)


@pytest.mark.parametrize("how", ["empty", "binary", "missing", "a folder"])
def test_a_file_that_is_gone_keeps_the_last_good_one(adapter: SharedAdapter, errors: File, how: str) -> None:
    position = len(adapter.log())
    if how == "empty":
        errors.path.write_bytes(b"")
    elif how == "binary":
        errors.path.write_bytes(bytes(range(256)))
    else:
        errors.path.unlink()
        if how == "a folder":
            errors.path.mkdir()
    try:
        assert reported(adapter) == SHIPPED
        wait_for(lambda: KEPT in errors.log_since(position), "the log entry")
    finally:
        if how == "a folder":
            errors.path.rmdir()


def stored_comment(adapter: SharedAdapter) -> int:
    """The length of a long comment as stored."""
    body = create_message("long").replace(b"<p:name>", b"<p:comment>" + b"x" * 600 + b"</p:comment><p:name>")
    read_reply(raw_post(adapter.url, body).body)
    return len(adapter.control.tickets()[-1]["comment"])


def test_settings_are_read_again_by_every_process(adapter: SharedAdapter, settings: File) -> None:
    assert stored_comment(adapter) == 500
    settings.edit('<Comments limit="500"/>', '<Comments limit="50"/>')
    assert stored_comment(adapter) == 50
    assert adapter.control.ask("GET", "/settings")["comment_limit"] == 50
    settings.edit('<Comments limit="500"/>', '<Comments limit="none"/>')
    assert stored_comment(adapter) == 50
    assert adapter.control.ask("GET", "/settings")["comment_limit"] == 50


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('default="1033"', 'default="7"'),
        ('id="21514"', 'id="es"'),
        ('timeZone="UTC"', 'timeZone="Mars/Olympus"'),
        ('timeZone="UTC"', 'timeZone="../../etc/passwd"'),
        ('timeZone="UTC"', 'timeZone="America"'),
        ('model="EPSG:2277"', 'model="EPSG:0"'),
        ('model="EPSG:2277"', 'model="EPSG:5703"'),
        ('model="EPSG:2277"', 'model="EPSG:4978"'),
        ('input="EPSG:4326"', 'input="EPSG:5703"'),
        ('batchLimit="10000"', 'batchLimit="-1"'),
        ('futureSkewSeconds="60"', 'futureSkewSeconds="1e300"'),
        ('replayWindowHours="24"', 'replayWindowHours="1e300"'),
        ('confirmationSeconds="10"', 'confirmationSeconds="nan"'),
        ('timeoutSeconds="2"', 'timeoutSeconds="0"'),
    ],
)
def test_settings_that_cannot_be_never_break_a_message(
    adapter: SharedAdapter, settings: File, old: str, new: str
) -> None:
    position = len(adapter.log())
    settings.edit(old, new)
    point = "<p:PositionPoint><p:xPosition>-97.7431</p:xPosition><p:yPosition>30.2672</p:yPosition></p:PositionPoint>"
    body = envelope(created([ticket("placed", f"<p:Location>{point}</p:Location>")]))
    reply = read_reply(raw_post(adapter.url, body).body)
    assert (reply.result, reply.reasons) == ("OK", [])
    (stored,) = adapter.control.tickets()
    assert stored["position"] == {"x": pytest.approx(3114226.21, abs=0.02), "y": pytest.approx(10070436.13, abs=0.02)}
    wait_for(lambda: KEPT in settings.log_since(position), "the log entry")

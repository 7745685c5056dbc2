"""The log of the CRM Interface: written, read in pages, bounded."""

from builders import NOW
from sqlalchemy import insert
from stored import count

from reference_adapter.storage import interface_log, tables
from reference_adapter.storage.interface_log import KEPT, LogEntry, read_log, write_log

ENTRY = LogEntry("FATAL", "no such element.", "m-1", "1.8", "InvalidMessage")


def write(database, *details):
    with database.write() as connection:
        for each in details:
            write_log(connection, LogEntry("WARNING", each, None), NOW)


def read(database, after=0, limit=1000):
    with database.read() as connection:
        position, lines = read_log(connection, after, limit)
    return position, [line["details"] for line in lines]


def test_an_entry_is_kept_whole(database, caplog):
    with database.write() as connection:
        write_log(connection, ENTRY, NOW)
    with database.read() as connection:
        position, lines = read_log(connection, 0, 10)
    assert (position, lines) == (
        1,
        [
            {
                "seq": 1,
                "at": "2025-06-02T12:00:00.000Z",
                "level": "FATAL",
                "code": "1.8",
                "reason": "InvalidMessage",
                "details": "no such element.",
                "message_id": "m-1",
            }
        ],
    )
    (record,) = caplog.records
    assert "1.8 InvalidMessage: no such element. (message m-1)" in record.getMessage()


def test_it_is_read_in_pages(database):
    assert read(database) == (0, [])
    write(database, "a", "b", "c")
    assert read(database) == (3, ["a", "b", "c"])
    assert read(database, after=1) == (3, ["b", "c"])
    assert read(database, limit=2) == (3, ["a", "b"])
    assert read(database, after=3) == (3, [])


def test_only_the_newest_are_kept(database, monkeypatch):
    monkeypatch.setattr(interface_log, "KEPT", 3)
    write(database, *"abcde")
    assert read(database) == (5, ["c", "d", "e"])


def test_ten_thousand_are_kept(database):
    line = {"at": "x", "level": "FATAL", "details": "old"}
    with database.write() as connection:
        connection.execute(insert(tables.interface_log), [line] * (KEPT + 5))
    write(database, "new")
    assert KEPT == 10_000
    assert count(database, tables.interface_log) == KEPT
    assert read(database, after=KEPT + 5) == (KEPT + 6, ["new"])

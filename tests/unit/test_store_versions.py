"""A store of another version is refused in one line, and one that is being made is waited for."""

import sqlite3
import threading

import pytest
from sqlalchemy import select

from reference_adapter.storage import tables
from reference_adapter.storage.database import _SCHEMA, Database, StoreUnusable


def version(path):
    plain = sqlite3.connect(path)
    try:
        return plain.execute("PRAGMA user_version").fetchone()[0]
    finally:
        plain.close()


def run(path, *statements):
    plain = sqlite3.connect(path)
    try:
        for statement in statements:
            plain.execute(statement)
        plain.commit()
    finally:
        plain.close()


def refused(path):
    with pytest.raises(StoreUnusable) as said:
        Database(path)
    assert str(said.value).startswith(f"{path}: ")
    assert str(said.value).endswith("move the file away to begin anew")
    assert "\n" not in str(said.value)
    return str(said.value)


def test_a_store_says_its_version(database, store_path):
    assert version(store_path) == _SCHEMA > 1


@pytest.mark.parametrize("other", [0, _SCHEMA - 1, _SCHEMA + 1])
def test_a_store_of_another_version_is_refused_and_left_alone(store_path, other):
    Database(store_path).close()
    run(store_path, f"PRAGMA user_version = {other}", "DROP TABLE dmz_callbacks")
    assert "was made by another version of the adapter" in refused(store_path)
    assert version(store_path) == other
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        run(store_path, "SELECT * FROM dmz_callbacks")


def test_a_store_of_the_first_version_is_refused(store_path):
    run(
        store_path,
        "CREATE TABLE shared_control_state (id INTEGER PRIMARY KEY, generation BIGINT NOT NULL)",
        "INSERT INTO shared_control_state VALUES (1, 7)",
    )
    refused(store_path)


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 20])
def test_what_is_no_store_is_refused(store_path, content):
    store_path.write_bytes(content)
    refused(store_path)
    assert store_path.read_bytes() == content


def test_several_make_a_store_at_once(store_path):
    made, failed, ready = [], [], threading.Barrier(4)

    def make():
        ready.wait(30)
        try:
            made.append(Database(store_path))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (failed, len(made)) == ([], 4)
    with made[0].read() as connection:
        states = connection.execute(select(tables.control_state)).all()
    for each in made:
        each.close()
    assert [tuple(each) for each in states] == [(1, 1, 1, 0.0)]

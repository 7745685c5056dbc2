"""Messages to the external system in the store: due, claimed by one, put off, settled."""

import threading
from datetime import timedelta

import pytest
from builders import NOW
from sqlalchemy import select

from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.publications import (
    Publication,
    add_publication,
    begin_try,
    due_publications,
    put_off,
    settle_publication,
)

SOON = NOW + timedelta(seconds=10)


@pytest.fixture
def first(database):
    with database.write() as connection:
        add_publication(connection, "m-1", ["CB-2", "CB-1"], NOW)
    (made,) = due(database)
    return made


def due(database, now=NOW):
    with database.read() as connection:
        return due_publications(connection, now)


def act(database, what, *arguments):
    with database.write() as connection:
        return what(connection, *arguments)


def test_a_message_is_due_at_once_with_its_callbacks_in_order(database, first):
    assert first == Publication(1, "m-1", ("CB-2", "CB-1"), NOW, 0)
    act(database, add_publication, "m-2", ["CB-3"], SOON)
    assert [each.message_id for each in due(database, SOON)] == ["m-1", "m-2"]
    assert due(database, NOW - timedelta(milliseconds=1)) == []


def test_a_claimed_try_is_nobody_else_s_until_its_lease_is_over(database, first):
    assert act(database, begin_try, first, SOON) is True
    assert act(database, begin_try, first, SOON) is False
    assert due(database, SOON - timedelta(milliseconds=1)) == []
    (again,) = due(database, SOON)
    assert (again.seq, again.message_id, again.tries) == (1, "m-1", 1)


def test_a_message_is_put_off(database, first):
    act(database, begin_try, first, NOW + timedelta(hours=1))
    act(database, put_off, first, SOON)
    assert [each.tries for each in due(database, SOON)] == [1]


def test_a_settled_message_is_never_due_again_and_cannot_be_claimed(database, first):
    act(database, settle_publication, first, "OK")
    assert due(database, NOW + timedelta(days=99)) == []
    assert act(database, begin_try, first, SOON) is False
    with database.read() as connection:
        (row,) = connection.execute(select(tables.publications))
    assert (row.outcome, row.next_try_at, row.tries) == ("OK", None, 0)


def test_other_messages_are_left_alone(database, first):
    act(database, add_publication, "m-2", ["CB-3"], NOW)
    act(database, settle_publication, first, "OK")
    (other,) = due(database)
    act(database, begin_try, other, SOON)
    act(database, put_off, other, NOW)
    assert [(each.message_id, each.tries) for each in due(database)] == [("m-2", 1)]


def test_of_many_who_claim_a_try_one_gets_it(database, store_path, first):
    databases = [Database(store_path) for _ in range(4)]
    claims, ready = [], threading.Barrier(4)

    def claim(each):
        ready.wait(30)
        claims.append(act(each, begin_try, first, SOON))

    threads = [threading.Thread(target=claim, args=(each,)) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for each in databases:
        each.close()
    assert sorted(claims) == [False, False, False, True]

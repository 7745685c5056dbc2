"""A list that keeps the newest entries and counts the others."""

from dataclasses import dataclass

from mock_serving.journal import BoundedJournal


@dataclass
class Entry:
    number: int


def test_the_newest_are_kept_in_order_and_the_others_counted():
    journal = BoundedJournal(3)
    assert journal.describe() == {"dropped": 0, "items": []}
    for number in range(5):
        journal.add(Entry(number))
    assert journal.describe() == {"dropped": 2, "items": [{"number": 2}, {"number": 3}, {"number": 4}]}


def test_clearing_forgets_what_was_dropped_too():
    journal = BoundedJournal(1)
    for number in range(3):
        journal.add(Entry(number))
    journal.clear()
    assert journal.describe() == {"dropped": 0, "items": []}
    journal.add(Entry(7))
    assert journal.describe() == {"dropped": 0, "items": [{"number": 7}]}


def test_an_entry_that_changes_is_shown_as_it_is():
    journal = BoundedJournal(2)
    entry = journal.add(Entry(1))
    entry.number = 9
    assert journal.describe()["items"] == [{"number": 9}]

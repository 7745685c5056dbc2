"""Row 5.1-15: a language that is not in the list becomes English."""

import pytest
from builders import judge, ticket


def invalid(values, tickets):
    details = f"Invalid language ID(s): {values} for trouble ticket(s): {tickets}"
    return ("2.7", "WARNING", "InvalidLanguageId", details)


@pytest.mark.parametrize(
    ("sent", "stored"), [("1033", 1033), ("21514", 21514), ("+21514", 21514), ("021514", 21514), (" 21514\n", 21514)]
)
def test_a_configured_language_is_kept_however_the_integer_is_spelled(sent, stored):
    judged = judge(ticket(language_id=sent))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["language_id"] == stored


def test_an_absent_language_is_english_without_a_word():
    judged = judge(ticket(language_id=None))
    assert judged.errors == []
    assert judged.ticket["language_id"] == 1033


@pytest.mark.parametrize("sent", ["0", "-1033", "1034", "9" * 100, "9" * 5000], ids=lambda sent: sent[:6])
def test_an_unknown_language_becomes_english(sent):
    judged = judge(ticket(language_id=sent))
    assert (judged.result, judged.errors) == ("OK", [invalid(sent, "first")])
    assert judged.ticket["language_id"] == 1033


def test_several_tickets_share_one_error():
    judged = judge(
        ticket("a", language_id="7"),
        ticket("b", language_id="8"),
        ticket("c", language_id="21514"),
        ticket("d", language_id="7"),
    )
    assert judged.errors == [invalid("7, 8", "a, b, d")]
    assert [row["language_id"] for row in judged.stored] == [1033, 1033, 21514, 1033]


def test_list_and_default_are_configured():
    judged = judge(
        ticket("a", language_id="7"), ticket("b", language_id="1033"), languages=frozenset({7, 9}), default_language=9
    )
    assert judged.errors == [invalid("1033", "b")]
    assert [row["language_id"] for row in judged.stored] == [7, 9]

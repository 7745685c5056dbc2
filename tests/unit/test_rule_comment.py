"""Row 5.1-11: a comment over the limit is shortened, counted in characters."""

import pytest
from builders import FakeLandbase, judge, pole, settings, ticket

from reference_adapter.landbase.answers import Down, Found

ASTRAL = "\U0001f525"
COMBINED = "e\N{COMBINING ACUTE ACCENT}"


def too_long(*tickets):
    details = f"Comment exceeds limit for trouble ticket(s): {', '.join(tickets)}"
    return ("2.7", "WARNING", "CommentExceedsLimit", details)


@pytest.mark.parametrize("comment", [None, "", "x", "x" * 500, ASTRAL * 500, COMBINED * 250])
def test_a_comment_up_to_the_limit_is_kept(comment):
    judged = judge(ticket(comment=comment))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["comment"] == comment


@pytest.mark.parametrize("comment", ["x" * 501, "x" * 499 + "yz", ASTRAL * 501, COMBINED * 251, " " * 501])
def test_one_character_more_is_cut_off_and_said(comment):
    judged = judge(ticket(comment=comment))
    assert (judged.result, judged.errors) == ("OK", [too_long("first")])
    assert judged.ticket["comment"] == comment[:500]
    assert len(judged.ticket["comment"]) == 500


def test_several_tickets_share_one_error():
    judged = judge(
        ticket("a", comment="x" * 501), ticket("b"), ticket("", comment="x" * 900), ticket("a", comment="x" * 502)
    )
    assert judged.errors == [too_long("a", "#3")]
    assert [len(row["comment"] or "") for row in judged.stored] == [500, 0, 500, 500]


def test_the_limit_is_configured():
    judged = judge(ticket("a", comment="123456"), ticket("b", comment="1234567"), comment_limit=6)
    assert judged.errors == [too_long("b")]
    assert judged.stored[1]["comment"] == "123456"


# The location text that stands in for a landbase that is down counts as well.
TEXT = "Location: Pole PoleID=P-1"
ROOM = 500 - 1 - len(TEXT)


@pytest.mark.parametrize("length", [0, 1, ROOM])
def test_a_landbase_that_is_down_adds_the_location_to_a_comment_with_room(length):
    judged = judge(ticket(comment="x" * length, **pole()), landbase=FakeLandbase(otherwise=Down()))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["comment"] == ("x" * length + "\n" + TEXT if length else TEXT)


@pytest.mark.parametrize("length", [ROOM + 1, 500])
def test_a_comment_that_grows_over_the_limit_by_its_location_is_shortened_and_said(length):
    judged = judge(ticket(comment="x" * length, **pole()), landbase=FakeLandbase(otherwise=Down()))
    assert (judged.result, judged.errors) == ("OK", [too_long("first")])
    assert judged.ticket["comment"] == ("x" * length + "\n" + TEXT)[:500]


def test_a_comment_that_was_too_long_before_is_said_once():
    judged = judge(ticket(comment="x" * 501, **pole()), landbase=FakeLandbase(otherwise=Down()))
    assert judged.errors == [too_long("first")]
    assert judged.ticket["comment"] == "x" * 500


def test_a_landbase_that_answers_adds_nothing():
    judged = judge(ticket(comment="hello", **pole()), landbase=FakeLandbase(otherwise=Found(1.0, 2.0)))
    assert judged.ticket["comment"] == "hello"


def test_the_shipped_limit_is_that_of_the_contract():
    assert settings().comment_limit == 500

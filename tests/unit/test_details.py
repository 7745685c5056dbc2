"""Details of Errors: what counts as the row's template, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crmkit.suite.replies.details import AllOf, Anything, Argument, Exactly, Interval, matches, placeholders, render

CODE = "Invalid trouble code: {0} for trouble ticket(s): {1}."
COMMENT = "Comment exceeds limit for trouble ticket(s): {0}"
PERIOD = "Period: {0} is invalid. End date time is less than start date time."
TWO = AllOf((("CT-1-second", "#2", "m-22"), ("CT-1-third", "#3")))
SPAN = Interval(
    datetime(2026, 5, 1, 12, tzinfo=UTC),
    datetime(2026, 5, 1, 11, tzinfo=UTC),
    "2026-05-01T12:00:00Z/2026-05-01T11:00:00Z",
)


def code(value: str = "Static", tickets: Argument = TWO) -> dict[int, Argument]:
    return {0: Exactly(value), 1: tickets}


@pytest.mark.parametrize(
    "observed",
    [
        "Invalid trouble code: Static for trouble ticket(s): CT-1-second, CT-1-third.",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-third, CT-1-second.",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-second,CT-1-third",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-second; CT-1-third .",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-second and CT-1-third.",
        "  Invalid  trouble code :Static\n for trouble ticket(s):CT-1-second, CT-1-third. ",
        "Invalid trouble code: Static for trouble ticket(s): #2, #3.",
        "Invalid trouble code: Static for trouble ticket(s): m-22, CT-1-third.",
    ],
)
def test_spacing_order_separators_and_names_are_free(observed: str) -> None:
    assert matches(CODE, code(), observed)


@pytest.mark.parametrize(
    "observed",
    [
        None,
        "",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-second.",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-second, CT-1-third, CT-1-first.",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-second, CT-1-thirdly.",
        "Invalid trouble code: Static for trouble ticket(s): xCT-1-second, CT-1-third.",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-secondCT-1-third.",
        "Invalid trouble code: Static for trouble ticket(s): #2, #33.",
        "Invalid trouble code: Hum for trouble ticket(s): CT-1-second, CT-1-third.",
        "Invalid trouble codes: Static for trouble ticket(s): CT-1-second, CT-1-third.",
        "invalid trouble code: Static for trouble ticket(s): CT-1-second, CT-1-third.",
        "Invalid trouble code: {0} for trouble ticket(s): CT-1-second, CT-1-third.",
        "Invalid trouble code: Static for trouble ticket(s): {1}.",
        "Invalid trouble code: Static for trouble ticket(s): CT-1-second, CT-1-third. More.",
        "Sorry! Invalid trouble code: Static for trouble ticket(s): CT-1-second, CT-1-third.",
        "CT-1-second, CT-1-third",
    ],
)
def test_wrong_words_values_and_tickets_are_noticed(observed: str | None) -> None:
    assert not matches(CODE, code(), observed)


def test_a_value_may_hold_the_words_of_the_template() -> None:
    value = "x for trouble ticket(s): y"
    assert matches(CODE, code(value), f"Invalid trouble code: {value} for trouble ticket(s): #2, #3.")


def test_a_name_that_begins_another_one_is_told_apart() -> None:
    both = AllOf((("CT-1",), ("CT-12",)))
    assert matches(COMMENT, {0: both}, "Comment exceeds limit for trouble ticket(s): CT-12, CT-1")
    assert not matches(COMMENT, {0: both}, "Comment exceeds limit for trouble ticket(s): CT-12")
    assert not matches(COMMENT, {0: AllOf((("CT-1",),))}, "Comment exceeds limit for trouble ticket(s): CT-12")


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("2026-05-01T12:00:00Z/2026-05-01T11:00:00Z", True),
        ("2026-05-01T14:00:00+02:00 - 2026-05-01T11:00:00.000Z", True),
        ("2026-05-01T12:00:00Z to 2026-05-01T11:00:00Z", True),
        ("2026-05-01T11:00:00Z/2026-05-01T12:00:00Z", False),
        ("2026-05-01T12:00:00Z/2026-05-01T11:00:01Z", False),
        ("2026-05-01T12:00:00Z", False),
        ("from 2026-05-01T12:00:00Z to 2026-05-01T11:00:00Z or so", False),
        ("2026-13-01T12:00:00Z/2026-05-01T11:00:00Z", False),
    ],
)
def test_a_period_is_its_two_instants(said: str, right: bool) -> None:
    observed = f"Period: {said} is invalid. End date time is less than start date time."
    assert matches(PERIOD, {0: SPAN}, observed) is right


def test_a_position_is_compared_but_for_spaces() -> None:
    template = "{0} coordinate of the position point {1} is not valid."
    arguments = {0: Exactly("X"), 1: Exactly("(400, 30.2672)")}
    assert matches(template, arguments, "X coordinate of the position point (400,30.2672) is not valid")
    assert not matches(template, arguments, "Y coordinate of the position point (400, 30.2672) is not valid.")
    assert not matches(template, arguments, "X coordinate of the position point (400, 30.267) is not valid.")


@pytest.mark.parametrize(
    ("observed", "empty_allowed", "right"),
    [("boom.", False, True), (".", False, False), (".", True, True), ("{0}.", False, False), ("", True, True)],
)
def test_any_text_is_some_text(observed: str, empty_allowed: bool, right: bool) -> None:
    assert matches("{0}.", {0: Anything(empty_allowed)}, observed) is right


def test_a_template_without_placeholders() -> None:
    assert matches("Could not locate call.", {}, "Could not locate call")
    assert not matches("Could not locate call.", {}, "Could not locate the call.")


def test_rendering_uses_the_reference_spelling() -> None:
    assert render(CODE, code()) == "Invalid trouble code: Static for trouble ticket(s): CT-1-second, CT-1-third."
    assert render(PERIOD, {0: SPAN}).startswith("Period: 2026-05-01T12:00:00Z/2026-05-01T11:00:00Z is invalid.")
    assert placeholders(CODE) == [0, 1]

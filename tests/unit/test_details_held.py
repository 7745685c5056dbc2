"""How details hold: to the letter, with what is free, or with tickets that are named otherwise."""

from __future__ import annotations

import pytest

from crmkit.suite.evidence import Held
from crmkit.suite.replies.details import AllOf, Anything, Argument, Exactly, Judged, judge

CODE = "Invalid trouble code: {0} for trouble ticket(s): {1}."
KINDS = {"CT-a": "name", "#1": "position", "1": "position", "m-1": "mRID", "CT-b": "name", "#2": "position"}
TWO = AllOf((("CT-a", "#1", "1", "m-1"), ("CT-b", "#2")), KINDS, ("name", "name"))
ARGUMENTS: dict[int, Argument] = {0: Exactly("Static"), 1: TWO}


@pytest.mark.parametrize(
    "observed",
    [
        "Invalid trouble code: Static for trouble ticket(s): CT-a, CT-b.",
        "Invalid trouble code: Static for trouble ticket(s): CT-b, CT-a.",
    ],
)
def test_to_the_letter(observed: str) -> None:
    assert judge(CODE, ARGUMENTS, observed) == Judged(Held.STRICT)


@pytest.mark.parametrize(
    "observed",
    [
        "Invalid trouble code: Static for trouble ticket(s): CT-a, CT-b",
        "Invalid trouble code: Static for trouble ticket(s): CT-a,CT-b.",
        "Invalid trouble code: Static for trouble ticket(s): CT-a and CT-b.",
        "Invalid trouble code:  Static for trouble ticket(s): CT-a, CT-b.",
        " Invalid trouble code: Static for trouble ticket(s): CT-a, CT-b.",
    ],
)
def test_but_for_what_is_free(observed: str) -> None:
    assert judge(CODE, ARGUMENTS, observed) == Judged(Held.NORMAL)


@pytest.mark.parametrize(
    ("named", "kinds"),
    [("#1, #2", {"position"}), ("m-1, CT-b", {"mRID"}), ("m-1, #2", {"mRID", "position"}), ("1, CT-b", {"position"})],
)
def test_with_tickets_that_are_named_otherwise(named: str, kinds: set[str]) -> None:
    observed = f"Invalid trouble code: Static for trouble ticket(s): {named}."
    assert judge(CODE, ARGUMENTS, observed) == Judged(Held.READING, frozenset(kinds))


@pytest.mark.parametrize(
    "observed",
    [
        None,
        "",
        "Invalid trouble code: Static for trouble ticket(s): CT-a.",
        "Invalid trouble code: Hum for trouble ticket(s): CT-a, CT-b.",
        "Invalid trouble codes: Static for trouble ticket(s): CT-a, CT-b.",
    ],
)
def test_not_at_all(observed: str | None) -> None:
    assert judge(CODE, ARGUMENTS, observed) == Judged(Held.NO)


def test_another_spelling_of_the_references_kind_is_no_other_reading() -> None:
    by_position = AllOf((("#1", "1"),), {"#1": "position", "1": "position"}, ("position",))
    template = "Comment exceeds limit for trouble ticket(s): {0}"
    assert judge(template, {0: by_position}, "Comment exceeds limit for trouble ticket(s): 1").held is Held.NORMAL
    assert judge(template, {0: by_position}, "Comment exceeds limit for trouble ticket(s): #1").held is Held.STRICT


def test_a_value_is_to_the_letter_only_with_its_spaces() -> None:
    template, position = "{0} coordinate of the position point {1} is not valid.", Exactly("(400, 30.2672)")
    arguments: dict[int, Argument] = {0: Exactly("X"), 1: position}
    said = "X coordinate of the position point (400,{}30.2672) is not valid."
    assert judge(template, arguments, said.format(" ")).held is Held.STRICT
    assert judge(template, arguments, said.format("")).held is Held.NORMAL


def test_any_text_leaves_the_constants_to_be_judged() -> None:
    assert judge("Invalid noun: {0}.", {0: Anything()}, "Invalid noun: Trouble.").held is Held.STRICT
    assert judge("Invalid noun: {0}.", {0: Anything()}, "Invalid noun: Trouble").held is Held.NORMAL
    assert judge("Invalid noun: {0}.", {0: Anything()}, "Wrong noun: Trouble.").held is Held.NO

"""Row 5.1-16: a source that is not in the list becomes Unknown."""

import pytest
from builders import judge, ticket


def invalid(values, tickets):
    details = f"Invalid call source(s): {values} for trouble ticket(s): {tickets}"
    return ("2.7", "WARNING", "InvalidCallSource", details)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("CallCenter", "CallCenter"),
        ("CC", "CallCenter"),
        ("IVR", "IVR"),
        ("Portal", "Portal"),
        ("OutagePortal", "Portal"),
        ("Operator", "Operator"),
        ("Unknown", "Unknown"),
    ],
)
def test_both_spellings_of_a_source_are_taken(sent, stored):
    judged = judge(ticket(source=sent))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["source"] == stored


@pytest.mark.parametrize("sent", [None, "", "  "])
def test_no_source_is_unknown_without_a_word(sent):
    judged = judge(ticket(source=sent))
    assert judged.errors == []
    assert judged.ticket["source"] == "Unknown"


@pytest.mark.parametrize("sent", ["Fax", "ivr", "IVR "])
def test_an_unknown_source_becomes_unknown(sent):
    judged = judge(ticket(source=sent))
    assert (judged.result, judged.errors) == ("OK", [invalid(sent, "first")])
    assert judged.ticket["source"] == "Unknown"


def test_several_tickets_share_one_error():
    judged = judge(
        ticket("a", source="Fax"), ticket("b", source="Telex"), ticket("c", source="IVR"), ticket("d", source="Fax")
    )
    assert judged.errors == [invalid("Fax, Telex", "a, b, d")]
    assert [row["source"] for row in judged.stored] == ["Unknown", "Unknown", "IVR", "Unknown"]

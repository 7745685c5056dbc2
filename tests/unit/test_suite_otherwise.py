"""What the words of a step change in a message."""

from __future__ import annotations

import pytest

from crmkit.suite.errors import HarnessError
from crmkit.suite.otherwise import AS_USUAL, Otherwise


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("", AS_USUAL),
        ('with the verb "get"', Otherwise(verb="get")),
        ('with the verb ""', Otherwise(verb="")),
        ('with the noun "Parking Fines"', Otherwise(noun="Parking Fines")),
        ('in context "all"', Otherwise(context="all")),
        ("without Header/Verb", Otherwise(without="Header/Verb")),
        ('in context "all" without Header/Noun', Otherwise(context="all", without="Header/Noun")),
        ('with the verb "a" with the noun "b"', Otherwise(verb="a", noun="b")),
    ],
)
def test_words(how: str, expected: Otherwise) -> None:
    assert Otherwise.of(how) == expected


@pytest.mark.parametrize(
    "how", ["quickly", 'with the verb "a" quickly', "without", 'with the verb "a" with the verb "b"', "with the verb a"]
)
def test_other_words_are_the_features_fault(how: str) -> None:
    with pytest.raises(HarnessError, match="each once"):
        Otherwise.of(how)

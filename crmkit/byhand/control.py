"""The control of a target without a control API."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from crmkit.byhand.json_lines import JsonLines
from crmkit.byhand.questions import ANSWER_SECONDS, Person
from crmkit.byhand.stand_in import ByHand
from crmkit.byhand.terminal import Terminal
from crmkit.profile.model import Profile
from crmkit.suite.access.control import Control
from crmkit.suite.access.target import Target


def control_by_hand(
    profile: Profile,
    target: Target,
    neighbours: Mapping[str, str],
    person: Person | None,
    seconds: float | None = None,
) -> Control:
    """Control by the profile's fixtures, the interface itself, and a person, if there is one, who may take so long."""
    return Control(ByHand(profile, target, neighbours, person, seconds or ANSWER_SECONDS))


def person_of(interactive: bool, interactive_json: bool) -> Person | None:
    """Who is asked: a script on standard input and output, whoever sits at the terminal, or nobody."""
    if interactive_json:
        return JsonLines(sys.stdout, sys.stdin)
    return Terminal(sys.stdout, sys.stdin) if interactive else None

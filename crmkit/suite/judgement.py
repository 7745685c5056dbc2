"""What a scenario has judged so far, right or wrong, and what it could not test."""

from __future__ import annotations

from collections.abc import Iterable

from crmkit.suite.errors import CouldNotTest, Difference, Mismatch
from crmkit.suite.evidence import Aspect, Check, Held


class Judgement:
    """Grows from step to step. A Then step that fails does not end the scenario: what it found is kept."""

    def __init__(self) -> None:
        # What was judged so far, and what of it was wrong.
        self.checks: list[Check] = []
        self.differences: list[Difference] = []
        # How many Then steps have failed, and what the first one lacked that could not be tested.
        self.failures = 0
        self.untested: CouldNotTest | None = None

    def note(self, check: Check) -> None:
        """A field was judged."""
        self.checks.append(check)

    def judge(self, checks: Iterable[Check]) -> None:
        """Fields were judged. Raises Mismatch when one of them is wrong."""
        judged = list(checks)
        self.checks += judged
        wrong = [Difference(each.field, each.expected, each.observed) for each in judged if each.held is Held.NO]
        if wrong:
            raise Mismatch(wrong)

    def keep(self, mismatch: Mismatch) -> None:
        """A step has failed. What no check tells of yet is noted."""
        told = {(each.field, each.expected, each.observed) for each in self.checks if each.held is Held.NO}
        for each in mismatch.differences:
            if (each.field, each.expected, each.observed) not in told:
                self.note(Check(Aspect.MESSAGE, each.field, each.expected, each.observed, Held.NO))
            if each not in self.differences:
                self.differences.append(each)
        self.failures += 1

    def keep_untested(self, aspect: Aspect, missing: CouldNotTest) -> None:
        """A Then step cannot be tested; the scenario goes on."""
        self.note(Check(aspect, aspect.value, "what the step says", str(missing), Held.UNSEEN))
        self.untested = self.untested or missing

    def end_failed(self) -> None:
        """Raises Mismatch with all that the Then steps found wrong, if they did, else CouldNotTest for what they could
        not test.
        """
        if self.differences:
            raise Mismatch(self.differences)
        if self.untested is not None:
            raise self.untested

"""A run against an IVR: what it was sent, and where it posts its results to."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmkit.listening.results import ResultsListener
from crmkit.suite.callbacks.results import RESULT_WORDS
from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import CouldNotTest, HarnessError
from crmkit.suite.run import Run

NO_LISTENER = "add [listen.results] with an address to the profile, and let the IVR post its results to the kit there"


@dataclass
class IvrRun(Run):
    """`results_seconds` is how long after a callback was sent its result may take; `words` are the known results."""

    results: ResultsListener | None = None
    results_seconds: float = 30.0
    words: frozenset[str] = RESULT_WORDS
    # Callbacks that may have several results: they were sent several times.
    sent_again: set[str] = field(default_factory=set)
    # Callbacks of messages that the IVR has refused.
    refused: set[str] = field(default_factory=set)
    # The time for results was over, and nothing had ever been posted: nobody waits for so long again.
    is_silent: bool = False

    def needs_results(self) -> ResultsListener:
        """Where results are posted to; CouldNotTest when nobody listens."""
        if self.results is None:
            raise CouldNotTest(NO_LISTENER)
        return self.results

    @property
    def patience(self) -> float:
        """How long results are waited for, in seconds."""
        return 0.0 if self.is_silent else self.results_seconds


def ivr_run(conversation: Conversation) -> IvrRun:
    """The run of a scenario. Raises HarnessError for one against an adapter."""
    if not isinstance(conversation.run, IvrRun):
        raise HarnessError("this sentence is for an IVR: say --role ivr")
    return conversation.run

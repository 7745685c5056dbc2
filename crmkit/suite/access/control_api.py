"""What speaks for the target's control API: one over HTTP, or a stand-in for one that hears what scenarios send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmkit.suite.evidence import Transcript

if TYPE_CHECKING:
    from crm_contract.messages import CallBack
    from crmkit.suite.tickets.written import Ticket

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A call of the API."""

    method: str
    path: str
    body: Json | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was sent: its operation, its entries by element name, and the callbacks of its reply.

    `is_subject`: the scenario is about it; else it only arranges something.
    """

    operation: str
    entries: Sequence[Mapping[str, Any]]
    callbacks: Sequence[CallBack]
    is_subject: bool


class ControlApi:
    """Decoded answers to calls. A stand-in wants to know what goes on (`is_by_hand`); others need not hear of it."""

    is_by_hand = False
    transcript: Transcript | None = None

    def call(self, method: str, path: str, body: Json | None = None, query: Mapping[str, object] | None = None) -> Any:
        """The decoded answer, None for an empty one. CouldNotTest where the API does not offer the path."""
        raise NotImplementedError

    def call_each(self, requests: Sequence[Request]) -> list[Any]:
        """Several calls that may be answered together."""
        return [self.call(each.method, each.path, each.body) for each in requests]

    def begin(self, row: str, attest: Callable[[str], None]) -> None:
        """A scenario of a row begins; `attest` is told what only a person has seen."""

    def tidying(self) -> None:
        """What is done from here on only tidies up after the scenario."""

    def will_send(self, tickets: Sequence[Ticket]) -> None:
        """These are about to be sent, to be created."""

    def before_message(self) -> None:
        """A message is about to be sent."""

    def after_message(self, sent: Sent) -> None:
        """A message was sent."""

    def settle(self) -> None:
        """Whatever was asked for is done when this returns."""

    def finish(self) -> None:
        """The run is over."""

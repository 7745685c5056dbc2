"""What clients put into messages. None is an element that is absent; moments are seconds from now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Customer:
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    email: str | None = None
    landline: str | None = None
    mobile: str | None = None


@dataclass(frozen=True)
class Wishes:
    """A CallBacks element: one medium, and the periods in which to call back."""

    medium: str | None = None
    periods: tuple[tuple[int | None, int | None], ...] = ()


@dataclass(frozen=True)
class NewTicket:
    """An entry of CreatedTroubleTickets."""

    name: str | None = None
    usage_point: str | None = None
    trouble_code: str | None = None
    csr: str | None = None
    comment: str | None = None
    language: str | None = None
    source: str | None = None
    hazards: tuple[str, ...] = ()
    call_back: bool | None = None
    wishes: tuple[Wishes, ...] = ()
    created: int | None = None
    first_call: int | None = None
    customer: Customer | None = None
    #: Search type and parameter name of a Location; never one that the landbase would be asked for.
    search: tuple[str, str] | None = None
    position: tuple[str | None, str | None] | None = None


@dataclass(frozen=True)
class Change:
    """An entry of ChangedTroubleTickets."""

    mrid: str | None = None
    name: str | None = None
    csr: str | None = None
    comment: str | None = None
    customer: Customer | None = None


@dataclass(frozen=True)
class Criterion:
    """An entry of a ticket query."""

    mrid: str | None = None
    name: str | None = None
    incident: str | None = None
    usage_point: str | None = None


@dataclass(frozen=True)
class Pull:
    """The CallBack entry of GetCallbacks."""

    csr: str | None = None
    count: str | None = None
    language: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class CallbackResult:
    """An entry of CreatedCallBacksResults."""

    mrid: str | None = None
    name: str | None = None
    csr: str | None = None
    comment: str | None = None
    result: str | None = None


def is_given(text: str | None) -> bool:
    """Whether an element says anything: a blank one is as good as none."""
    return text is not None and text.strip() != ""

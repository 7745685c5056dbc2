"""Rows 7.1-01 to 7.1-06: GetCallbacks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_contract.messages import CallbackQuery, CustomerData
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.outage_model.callbacks import Callback
from reference_adapter.outage_model.contacts import CallerContact, shown_on_callback
from reference_adapter.rules.common import COMMON_RULES
from reference_adapter.rules.registry import Finding, Findings, RuleBook, Scope

GET_CALLBACKS_RULES = RuleBook(COMMON_RULES)

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


@GET_CALLBACKS_RULES.rule("7.1-01", scope=Scope.EFFECT)
def how_many(query: CallbackQuery) -> int:
    """The count asked for; 0 or none gives one (D-37)."""
    # The schema lets no negative number through, but for -0.
    digits = (query.count or "").strip().lstrip("+-").lstrip("0")
    # Python refuses to convert thousands of digits, and no queue is that long.
    return int(digits[:18]) if digits else 1


@GET_CALLBACKS_RULES.rule("7.1-02", scope=Scope.EFFECT)
def customer_shown(contacts: Sequence[CallerContact]) -> CustomerData | None:
    """Of several people the one who owns the preferred contact, else the first (D-36)."""
    return shown_on_callback(contacts)


@GET_CALLBACKS_RULES.rule("7.1-03", "CsrIdMissing", scope=Scope.REQUEST)
def csr_id_missing(query: CallbackQuery, settings: AdapterSettings) -> Findings:
    """Nobody to give the callbacks to: no csrId, a blank one, or no CallBack entry at all (D-37)."""
    return None if (query.csr_id or "").strip() else [Finding()]


@GET_CALLBACKS_RULES.rule("7.1-04", "PriorityNotNumber", scope=Scope.REQUEST, about_value=True)
def priority_is_no_number(query: CallbackQuery, settings: AdapterSettings) -> Findings:
    """A priority that is no number; a number that no customer has is one, and finds nothing (D-37)."""
    priority = priority_of(query)
    return None if priority is None or _NUMBER.fullmatch(priority) else [Finding(priority)]


@GET_CALLBACKS_RULES.rule("7.1-05", "EntityNotFound", scope=Scope.ENTRY)
def no_callback_found(found: Sequence[Callback]) -> Findings:
    """No free and due callback fits."""
    return None if found else [Finding()]


@GET_CALLBACKS_RULES.rule("7.1-06", "InvalidLanguageId", scope=Scope.REQUEST)
def invalid_language_id(query: CallbackQuery, settings: AdapterSettings) -> Findings:
    """A language that is not in the configuration."""
    language = language_of(query)
    return None if language is None or language in settings.languages else [Finding()]


def language_of(query: CallbackQuery) -> int | None:
    """The language asked for, None for any; -1 for a number beyond all languages."""
    text = query.trouble_tickets.language_id if query.trouble_tickets is not None else None
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        # Valid for the schema: more digits than Python converts.
        return -1


def priority_of(query: CallbackQuery) -> str | None:
    """The priority asked for as sent, None for any; a blank one is none."""
    text = query.trouble_tickets.priority if query.trouble_tickets is not None else None
    return text.strip() if text and text.strip() else None


def wanted_priority(query: CallbackQuery) -> int | None:
    """The priority as a number, None for any; -1 for one that no customer can have."""
    text = priority_of(query)
    if text is None:
        return None
    number = float(text)
    return int(number) if number in range(7) else -1

"""Wrong effects of the operations other than CreatedTroubleTickets: wrappers of rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crmkit.mutants.effects import Check, Mischief
from reference_adapter.outage_model.contacts import contacts_of


def lose_contacts(check: Check, mischief: Mischief) -> Check:
    """Forget the contacts where new ones come in."""

    def wrapped(change: Any, context: Any) -> Any:
        found = check(change, context)
        if added := contacts_of(change.sent.customer_data):
            change.contacts = tuple(added)
        return found

    return wrapped


def search_active_only(check: Check, mischief: Mischief) -> Check:
    """Under `all` look at active tickets alone."""

    def wrapped(context: str, active: Any, archived: Any) -> Any:
        return check("active" if context == "all" else context, active, archived)

    return wrapped


def show_first_contact(check: Check, mischief: Mischief) -> Check:
    """Show a ticket as if no contact were preferred."""

    def wrapped(ticket: Any) -> Any:
        plain = tuple(replace(contact, preferred=False) for contact in ticket.contacts)
        return check(replace(ticket, contacts=plain))

    return wrapped


def count_one_more(check: Check, mischief: Mischief) -> Check:
    """Hand out one more than asked for."""

    def wrapped(query: Any) -> Any:
        return check(query) + 1

    return wrapped


def show_first_person(check: Check, mischief: Mischief) -> Check:
    """Show a callback as if no contact were preferred."""

    def wrapped(contacts: Any) -> Any:
        return check([replace(contact, preferred=False) for contact in contacts])

    return wrapped


def keep_long_remark(check: Check, mischief: Mischief) -> Check:
    """Report the long remark, and append it."""

    def wrapped(entry: Any, context: Any) -> Any:
        comment = entry.comment
        found = check(entry, context)
        entry.comment = comment
        return found

    return wrapped


def overlook(check: Check, mischief: Mischief) -> Check:
    """Find nothing wrong."""

    def wrapped(entry: Any, context: Any) -> Any:
        return None

    return wrapped

"""docs/steps.md: the sentences, columns and values of features."""

from __future__ import annotations

from collections.abc import Iterable

from crmkit.suite.callbacks.arranging import COLUMNS as CALLBACK_COLUMNS
from crmkit.suite.callbacks.people import PEOPLE_COLUMNS
from crmkit.suite.callbacks.pulls import CARRIED_COLUMNS as CARRIED
from crmkit.suite.callbacks.pulls import PULL_COLUMNS
from crmkit.suite.callbacks.results import ANSWER_COLUMNS, RESULT_COLUMNS
from crmkit.suite.callbacks.stored import STORED_COLUMNS as CALLBACK_STORED_COLUMNS
from crmkit.suite.ivr.written import SENT_COLUMNS
from crmkit.suite.otherwise import OTHERWISE_FORMS
from crmkit.suite.steps.sentences import all_sentences
from crmkit.suite.tickets.changed import CHANGED_COLUMNS
from crmkit.suite.tickets.changes import CHANGE_COLUMNS
from crmkit.suite.tickets.querying import QUERY_COLUMNS
from crmkit.suite.tickets.showing import SHOWN_COLUMNS
from crmkit.suite.tickets.stored_fields import JUDGES, STORED_FORMS
from crmkit.suite.tickets.written import COLUMNS
from crmkit.suite.values import GRAMMAR


def render() -> str:
    """The page, from the step functions and the tables' columns."""
    lines = [
        "# Steps",
        "",
        "The sentences that features are made of. Written by `crmkit docs` from the step functions; change those,",
        "not this page.",
        "",
        "| | sentence | meaning |",
        "|---|---|---|",
    ]
    for keyword in ("Given", "When", "Then"):
        lines += [
            f"| {keyword} | {each.text} | {' '.join(each.meaning.split())} |"
            for each in all_sentences()
            if each.keyword == keyword
        ]
    lines += ["", "Where a sentence has `{how}`, a message differs from the usual one in one or more ways:", ""]
    lines += ["| how | meaning |", "|---|---|"]
    lines += [f"| {form} | {meaning} |" for form, meaning in OTHERWISE_FORMS]
    lines += ["", "## Tickets that are sent", "", "A column that a table lacks leaves the ticket plain.", ""]
    lines += ["| column | values | without the column |", "|---|---|---|"]
    lines += [f"| {name} | {meaning} | {plain} |" for name, meaning, plain in COLUMNS]
    lines += ["", "## Tickets that are stored", ""]
    lines += [
        f"Columns: ticket, {', '.join(JUDGES)}. Values are written as for tickets that are sent; besides there is:",
        "",
        "| column | value |",
        "|---|---|",
    ]
    lines += [f"| {name} | {meaning} |" for name, meaning in STORED_FORMS]
    lines += ["", "## Trouble tickets that are changed", "", "A row is an entry of the message.", ""]
    lines += ["| column | values | without the column |", "|---|---|---|"]
    lines += [f"| {name} | {meaning} | {plain} |" for name, meaning, plain in CHANGE_COLUMNS]
    lines += ["", "And what is stored then:", ""]
    lines += _two_columns(CHANGED_COLUMNS)
    lines += ["", "## Trouble tickets that are queried", "", "A row is an entry of the query.", ""]
    lines += _two_columns(QUERY_COLUMNS)
    lines += ["", "And what the reply shows:", ""]
    lines += _two_columns(SHOWN_COLUMNS)
    lines += ["", "## Callbacks that are arranged", "", "A row is a callback of a ticket of its own.", ""]
    lines += ["| column | values | without the column |", "|---|---|---|"]
    lines += [f"| {name} | {meaning} | {plain} |" for name, meaning, plain in CALLBACK_COLUMNS]
    for heading, columns in (
        ("And more people to reach:", PEOPLE_COLUMNS),
        ("Callbacks are pulled by a message for each row; what is empty is left out of it:", PULL_COLUMNS),
        ("What a reply, or a message to the IVR, carries of a callback; all that is known is judged besides:", CARRIED),
        ("Results of callbacks, an entry a row; what is empty is left out:", RESULT_COLUMNS),
        ("What the reply to results carries:", ANSWER_COLUMNS),
        ("And what is stored then:", CALLBACK_STORED_COLUMNS),
    ):
        lines += ["", heading, "", *_two_columns(columns)]
    lines += ["", "## Callbacks that an IVR is sent", "", "With --role ivr; a row is a callback of the message.", ""]
    lines += ["| column | values | without the column |", "|---|---|---|"]
    lines += [f"| {name} | {meaning} | {plain} |" for name, meaning, plain in SENT_COLUMNS]
    lines += ["", "## Values", "", "| value | meaning |", "|---|---|"]
    lines += [f"| {form} | {meaning} |" for form, meaning in GRAMMAR]
    return "\n".join([*lines, ""])


def _two_columns(columns: Iterable[tuple[str, str]]) -> list[str]:
    return ["| column | values |", "|---|---|", *(f"| {name} | {meaning} |" for name, meaning in columns)]

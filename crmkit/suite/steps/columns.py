"""Which columns the table of a sentence may have, where that is known before it is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crmkit.suite.callbacks.people import PEOPLE_COLUMNS
from crmkit.suite.callbacks.pulls import CARRIED_COLUMNS, PULL_COLUMNS
from crmkit.suite.callbacks.results import ANSWER_COLUMNS, RESULT_COLUMNS
from crmkit.suite.callbacks.stored import STORED_COLUMNS
from crmkit.suite.story import CALL_COLUMNS, CUSTOMER_COLUMNS, NOTE_COLUMNS, OUTCOME_COLUMNS
from crmkit.suite.tickets.changed import CHANGED_COLUMNS
from crmkit.suite.tickets.changes import CHANGE_COLUMNS
from crmkit.suite.tickets.querying import QUERY_COLUMNS
from crmkit.suite.tickets.stored_fields import JUDGES
from crmkit.suite.tickets.written import COLUMNS


def _names(columns: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(column[0] for column in columns)


_ERRORS = ("code", "level", "reason", "details", "{0}", "{1}")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "these trouble tickets have been created:": _names(COLUMNS),
    'these trouble tickets have been archived with incident "{incident}":': _names(COLUMNS),
    'a confirmed incident on the transformer of usage point "{alias}":': (
        *("comment", "cause", "subcause", "crew", "estimated restoration", "status"),
    ),
    'trouble ticket "{alias}" has got these contacts from operators:': ("person", "type", "value", "preferred"),
    "these people are to be reached too:": _names(PEOPLE_COLUMNS),
    "these results have been reported, and the callbacks pulled again:": _names(RESULT_COLUMNS),
    "these results have been reported:": _names(RESULT_COLUMNS),
    "these customers are on one transformer:": _names(CUSTOMER_COLUMNS),
    "these trouble tickets are sent:": _names(COLUMNS),
    "these trouble tickets are sent {how}:": _names(COLUMNS),
    "these trouble tickets are changed:": _names(CHANGE_COLUMNS),
    "these trouble tickets are changed {how}:": _names(CHANGE_COLUMNS),
    "trouble tickets are queried {how} by:": _names(QUERY_COLUMNS),
    "callbacks are pulled:": _names(PULL_COLUMNS),
    "callbacks are pulled {how}:": _names(PULL_COLUMNS),
    "these pull at the same moment:": _names(PULL_COLUMNS),
    "callback results are reported:": _names(RESULT_COLUMNS),
    "callback results are reported {how}:": _names(RESULT_COLUMNS),
    "these customers call:": _names(CALL_COLUMNS),
    "an operator notes about the incident:": _names(NOTE_COLUMNS),
    'representative "{csr}" reports:': _names(OUTCOME_COLUMNS),
    "the reply is {result} with these errors:": _ERRORS,
    "a {code} fault is returned with these errors:": _ERRORS,
    "the reply carries these tickets:": ("ticket", "usage point", "status", "previous tickets", "incident"),
    "these tickets are stored, and nothing else:": ("ticket", *JUDGES),
    "these tickets are changed, and nothing else:": _names(CHANGED_COLUMNS),
    "the reply carries these callbacks, in this order:": _names(CARRIED_COLUMNS),
    "the IVR has got these callbacks, and no others:": _names(CARRIED_COLUMNS),
    "the reply carries these results:": _names(ANSWER_COLUMNS),
    "these callbacks are stored, and nothing else has changed:": _names(STORED_COLUMNS),
}


def columns_of(sentence: str) -> tuple[str, ...] | None:
    """The columns that a sentence takes, in the order of docs/steps.md; None where only the run can tell."""
    return _COLUMNS.get(sentence)

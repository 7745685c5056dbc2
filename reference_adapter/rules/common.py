"""The rows that every hosted operation shares: 5.1-01 to 5.1-04."""

from __future__ import annotations

import uuid
from typing import Any

from lxml import etree

from crm_contract.contract import Operation
from crm_contract.envelope import RequestHeader, noun_matches
from reference_adapter.rules.registry import Finding, Findings, Grouping, RuleBook, Scope

COMMON_RULES = RuleBook()


@COMMON_RULES.rule("5.1-01", "InvalidVerb", scope=Scope.MESSAGE, about_value=True)
def invalid_verb(header: RequestHeader, operation: Operation, strict_verbs: bool = False) -> Findings:
    """A verb that does not belong to the operation, a valid one of another included (D-13).

    The verbs that the standard has dropped are taken for those that replaced them, unless `strict_verbs` (D-17).
    """
    known = (operation.verb,) if strict_verbs else (operation.verb, *operation.verb_synonyms)
    if header.verb is None or header.verb in known:
        return None
    return [Finding(header.verb)]


@COMMON_RULES.rule("5.1-02", "InvalidNoun", scope=Scope.MESSAGE, about_value=True)
def invalid_noun(header: RequestHeader, operation: Operation) -> Findings:
    """A noun that is not the operation's (D-02)."""
    if header.noun is None or noun_matches(header.noun, operation):
        return None
    return [Finding(header.noun)]


@COMMON_RULES.rule("5.1-03", "InvalidMessage", scope=Scope.MESSAGE, about_value=True)
def invalid_message(
    body: etree._Element, schema: etree.XMLSchema, header: RequestHeader, strict_header: bool
) -> Findings:
    """A message that the schema refuses (D-03), or one without Timestamp, MessageID or CorrelationID (D-04)."""
    if not schema.validate(body):
        log: Any = schema.error_log
        first: str = log[0].message
        return [Finding(" ".join(first.split()).rstrip("."))]
    if strict_header:
        for name, value in (
            ("Timestamp", header.timestamp),
            ("MessageID", header.message_id),
            ("CorrelationID", header.correlation_id),
        ):
            if value is None or not value.strip():
                return [Finding(f"The header has no {name}")]
    return None


@COMMON_RULES.rule(
    "5.1-04", "InternalServerError", scope=Scope.FAILURE, grouping=Grouping.PER_FINDING, about_value=True
)
def unable_to_process(reference: uuid.UUID) -> Findings:
    """Processing failed: the reply names a reference, the log has the cause under it."""
    return [Finding(f"The message could not be processed, reference {reference}")]

"""Rows 9.1-01 to 9.1-04: CreatedCallBacks, which the adapter sends (D-40).

No configuration file says what is logged (Table 12.1 has none for this operation): the texts are here.
"""

from __future__ import annotations

from reference_adapter.configuration.settings import PublisherSettings
from reference_adapter.outage_model.callbacks import Callback
from reference_adapter.rules.get_callbacks import customer_shown
from reference_adapter.rules.registry import RuleBook, Scope
from reference_adapter.storage.interface_log import LogEntry

SEND_RULES = RuleBook()


@SEND_RULES.rule("9.1-01", scope=Scope.EFFECT)
def is_for_external_system(callback: Callback, publisher: PublisherSettings) -> bool:
    """A callback of a configured customer priority, or one that an operator marked for it."""
    return callback.automatic or callback.priority in publisher.priorities


# Whoever a CSR is told of, the external system is told of.
SEND_RULES.rule("9.1-02", scope=Scope.EFFECT)(customer_shown)


@SEND_RULES.rule("9.1-03", scope=Scope.EFFECT)
def may_try_again(tries: int, publisher: PublisherSettings) -> bool:
    """Whether a message that nobody answered is sent once more; its callbacks stay assigned meanwhile."""
    return tries < publisher.tries


@SEND_RULES.rule("9.1-04", "InvalidMessage", scope=Scope.EFFECT)
def invalid_response(reason: str, message_id: str) -> LogEntry:
    """What is logged of an answer that is no valid response of the operation."""
    details = f"Received message is invalid against xsd schema. Reason: {reason.rstrip('.')}."
    return LogEntry("FATAL", details, message_id, code="1.8", reason="InvalidMessage")

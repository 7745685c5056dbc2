"""Messages that were sent, and those of which a stand-in for a control API hears when they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_contract.contract import Contract, Operation
from crm_contract.messages import CallBack
from crmkit.suite.access.control_api import ControlApi, Sent
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.errors import Mismatch
from crmkit.suite.messages import Content, Header, Prepared
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.replies.reading import read_reply


@dataclass(frozen=True, slots=True)
class SentMessage:
    """The last message: of which operation, with which header, and how it differs from the usual one."""

    operation: Operation
    header: Header
    otherwise: Otherwise
    is_valid: bool


def telling(
    told: ControlApi,
    prepared: Prepared,
    operation: Operation,
    inside: Content,
    contract: Contract,
    is_subject: Callable[[], bool],
) -> Prepared:
    """The same message, of which `told` hears."""

    def send() -> Exchange:
        acting = is_subject()
        told.before_message()
        exchange = prepared.send()
        told.after_message(Sent(operation.name, _entries(inside), _callbacks(exchange, operation, contract), acting))
        return exchange

    return Prepared(send, prepared.is_valid)


def _entries(inside: Content) -> list[Mapping[str, Any]]:
    """What a message carries: its root's entries, one or many."""
    return [entry for each in inside.values() for entry in (each if isinstance(each, list) else [each])]


def _callbacks(exchange: Exchange, operation: Operation, contract: Contract) -> Sequence[CallBack]:
    """Those of the reply, as far as it can be read: whether it is right is judged elsewhere."""
    try:
        return read_reply(exchange, operation, contract).callbacks
    except Mismatch:
        return ()

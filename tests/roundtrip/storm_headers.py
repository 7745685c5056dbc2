"""Header and result, which no store holds: what a client's must say to be taken, and what the adapter's own say."""

from __future__ import annotations

from datetime import datetime

import storm_callers as callers
from storm_messages import Message, with_other, with_twice
from storm_run import Exchange, Storm

from crm_contract.mappings import MappingLine

# By operation: the verb and noun of its request, and the noun of its reply.
SUBJECTS = {
    "CreatedTroubleTickets": ("created", "TroubleTickets"),
    "ChangedTroubleTickets": ("changed", "TroubleTickets"),
    "GetTroubleTickets": ("get", "TroubleTickets"),
    "GetCallbacks": ("get", "CallBacks"),
    "CreatedCallBacksResults": ("created", "CallBacksResults"),
    "CreatedCallBacks": ("created", "CallBacks"),
}
# What the pipeline says of a header element that is not as it should be.
REFUSED_AS = {"Verb": ("2.9", "InvalidVerb"), "Noun": ("2.5", "InvalidNoun")}
INVALID = ("1.8", "InvalidMessage")


def check_client_header(line: MappingLine, it: Storm, key: str, context: str | None = None) -> None:
    """It is there as its sender wrote it, the message was taken, no store keeps it, and a spoiled one is refused."""
    exchange = it.exchanges[key]
    verb, noun = SUBJECTS[exchange.request.operation.name]
    written = {
        "Verb": verb,
        "Noun": noun,
        "Context": context,
        **callers.CLIENT_HEADER,
        "Source": f"source-{key}",
        "MessageID": f"message-{key}",
        "CorrelationID": f"correlation-{key}",
    }[line.property]
    assert exchange.request.carried(line) == [written]
    assert exchange.reply.result() == "OK"
    assert_in_no_store(it, written)
    spoiled = _spoiled(exchange.request, line.property)
    before = it.snapshot()
    refused = it.adapter.post(spoiled)
    assert (refused.result(), refused.errors()) == ("FAILED", [REFUSED_AS.get(line.property, INVALID)])
    assert it.snapshot() == before


def check_reply_header(line: MappingLine, it: Storm, *keys: str) -> None:
    """It is there, made by the adapter for this reply, and no store keeps it."""
    for key in keys:
        exchange = it.exchanges[key]
        if line.property == "MessageID":
            (found,) = exchange.reply.carried(line)
            everywhere = [each for other in it.exchanges.values() for each in _ids(line, other)]
            assert found
            assert everywhere.count(found) == 1
        else:
            found = _made(line.property, it, key)
            assert exchange.reply.carried(line) == [found]
        # The clock stands while a message is carried out: what it does is stored under the same moment.
        if line.property != "Timestamp":
            assert_in_no_store(it, found)


def check_result(line: MappingLine, it: Storm, *keys: str) -> None:
    """OK for a message that was carried out, FAILED for one that was not; no store keeps it."""
    for key in keys:
        exchange = it.exchanges[key]
        refused = it.adapter.post(with_other(exchange.request, "Verb", "close"))
        assert (exchange.reply.carried(line), refused.carried(line)) == (["OK"], ["FAILED"])
    assert_in_no_store(it, "OK")
    assert_in_no_store(it, "FAILED")


def assert_in_no_store(it: Storm, text: str) -> None:
    """No column that a mapping table prints ever held it."""
    for name, store in it.stores.items():
        assert text not in store.mapped_texts(), f"{text} is in the store {name!r}"


def moment(at: datetime) -> str:
    """A moment of the standing clock, as messages and store spell it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _made(name: str, it: Storm, key: str) -> str:
    exchange = it.exchanges[key]
    asked = {each.tag.rpartition("}")[2]: each.text for each in exchange.request.element[0]}
    return {
        "Verb": "reply",
        "Noun": SUBJECTS[exchange.request.operation.name][1],
        "Revision": "2.0",
        "Context": asked.get("Context"),
        "Timestamp": moment(exchange.at),
        "Source": "EcoStruxure GridOps",
        # The request's own; of a request without one its MessageID.
        "CorrelationID": f"correlation-{key}" if "CorrelationID" in asked else f"message-{key}",
    }[name]


def _ids(line: MappingLine, exchange: Exchange) -> list[str]:
    return [*exchange.request.carried(line), *exchange.reply.carried(line)]


def _spoiled(message: Message, name: str) -> Message:
    return with_other(message, name, "close") if name in REFUSED_AS else with_twice(message, "Header", name)

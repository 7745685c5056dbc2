"""What the terminal shows of a scenario that did not pass: the fields that are wrong, and the exchanged messages."""

from __future__ import annotations

from lxml import etree
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from crmkit.suite.access.exchange import Exchange
from crmkit.suite.evidence import wrong
from crmkit.suite.running.outcomes import Outcome
from crmkit.suite.running.recording import ScenarioRecord

_SHOWN_CHARACTERS = 6000
_INDENT = "    "


def show_failure(console: Console, record: ScenarioRecord, with_messages: bool) -> None:
    """Title, reason, the wrong fields, and when asked for the messages of a scenario that failed."""
    console.print(Text(f"{_INDENT}{record.title}", "bold"), soft_wrap=True)
    if record.reason:
        console.print(Text(f"{_INDENT}{record.outcome.value}: {record.reason}"), soft_wrap=True)
    fields = _wrong_fields(record)
    if fields:
        table = Table("aspect", "field", "expected", "observed", show_lines=True)
        for aspect, field, expected, observed in fields:
            table.add_row(aspect, Text(field), Text(expected, "green"), Text(observed, "red"))
        console.print(table)
    if record.outcome is Outcome.FAILED and record.exchange is not None and with_messages:
        _show_exchange(console, record.exchange)


def _wrong_fields(record: ScenarioRecord) -> list[tuple[str, str, str, str]]:
    """Each once, in the order in which it was judged; what no check tells of has no aspect."""
    told = [(check.aspect.value, check.field, check.expected, check.observed) for check in wrong(record.checks)]
    known = {row[1:] for row in told}
    there = [(each.field, each.expected, each.observed) for each in record.differences]
    return list(dict.fromkeys([*told, *(("", *each) for each in there if each not in known)]))


def _show_exchange(console: Console, exchange: Exchange) -> None:
    console.print(Text(f"{_INDENT}request: {exchange.method} {exchange.url}", "bold"), soft_wrap=True)
    _show_message(console, exchange.request)
    if exchange.answer is None:
        console.print(Text(f"{_INDENT}no response: {exchange.problem}", "bold"), soft_wrap=True)
        return
    console.print(Text(f"{_INDENT}response: HTTP {exchange.answer.status}", "bold"), soft_wrap=True)
    _show_message(console, exchange.answer.body)


def _show_message(console: Console, message: bytes) -> None:
    text = _indented(message)
    if len(text) > _SHOWN_CHARACTERS:
        text = f"{text[:_SHOWN_CHARACTERS]}\n... {len(text) - _SHOWN_CHARACTERS} more characters"
    if console.is_terminal:
        console.print(Syntax(text, "xml", background_color="default", word_wrap=True))
    else:
        console.print(Text(text), soft_wrap=True)


def _indented(message: bytes) -> str:
    """XML laid out for reading; anything else as it is."""
    try:
        root = etree.fromstring(
            message, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        )
    except (etree.XMLSyntaxError, ValueError):
        return message.decode("utf-8", "replace")
    return etree.tostring(root, pretty_print=True, encoding="unicode").rstrip()

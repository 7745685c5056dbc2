"""The terminal's view of a run: a line a row while it runs, what went wrong, and a table in the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from lxml import etree
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from crm_contract.use_cases import Catalogue
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.running.outcomes import Outcome, Verdict
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import RowResult, title_of

_PLAIN_WIDTH = 120
_SHOWN_CHARACTERS = 6000
_STYLES = {
    Outcome.PASSED: "green",
    Outcome.ATTESTED: "green",
    Outcome.FAILED: "bold red",
    Outcome.ERROR: "bold magenta",
    Outcome.COULD_NOT_TEST: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.NOT_SELECTED: "dim",
}


class Display:
    """Prints a run. Without a terminal the lines are plain and wide enough for a log."""

    def __init__(self, catalogue: Catalogue, console: Console | None = None) -> None:
        self._catalogue = catalogue
        self._console = console or _console()

    def say(self, text: str) -> None:
        """One line of its own."""
        self._console.print(Text(text))

    def row(self, result: RowResult) -> None:
        """A row is done: its line, and what was wrong with it."""
        line = Text(f"{result.row}  ")
        line.append(f"{result.outcome.value:<15}", _STYLES[result.outcome])
        line.append(f"{result.seconds:6.2f} s  {title_of(result, self._catalogue)}")
        if result.operation != "CreatedTroubleTickets":
            line.append(f" ({result.operation})", "dim")
        self._console.print(line, soft_wrap=True)
        if result.reason:
            self._console.print(Text(f"    {result.reason}", "magenta"), soft_wrap=True)
        for record in result.records:
            if record.outcome is not Outcome.PASSED:
                self._scenario(record)

    def own_scenario(self, record: ScenarioRecord) -> None:
        """A scenario of the user's own is done: its line, and what was wrong with it."""
        line = Text("own      ")
        line.append(f"{record.outcome.value:<15}", _STYLES[record.outcome])
        line.append(f"{record.seconds:6.2f} s  {record.title}")
        line.append(f" ({record.file}:{record.line})", "dim")
        self._console.print(line, soft_wrap=True)
        if record.outcome is not Outcome.PASSED:
            self._scenario(record)

    def summary(self, results: Iterable[RowResult], verdict: Verdict) -> None:
        """The table of the selected rows, and the verdict."""
        table = Table("row", "operation", "title", "outcome", "scenarios", "seconds", title_justify="left")
        for result in results:
            if result.outcome is Outcome.NOT_SELECTED:
                continue
            table.add_row(
                result.row,
                result.operation,
                Text(title_of(result, self._catalogue)),
                Text(result.outcome.value, _STYLES[result.outcome]),
                str(len(result.records) or ""),
                f"{result.seconds:.2f}" if result.records else "",
            )
        if table.row_count:
            self._console.print(table)
        counts = ", ".join(f"{count} {outcome.value}" for outcome, count in verdict.counts.items() if count)
        story = "" if verdict.story is Outcome.NOT_SELECTED else f"; story {verdict.story.value}"
        own = ", ".join(f"{count} {outcome.value}" for outcome, count in verdict.own.items())
        own = f"; own scenarios: {own}" if own else ""
        self._console.print(Text(f"{verdict.text}: {counts}{story}{own}", "bold"))

    def _scenario(self, record: ScenarioRecord) -> None:
        self._console.print(Text(f"    {record.title}", "bold"), soft_wrap=True)
        if record.reason:
            self._console.print(Text(f"    {record.outcome.value}: {record.reason}"), soft_wrap=True)
        if record.differences:
            table = Table("field", "expected", "observed", show_lines=True)
            for each in record.differences:
                table.add_row(Text(each.field), Text(each.expected, "green"), Text(each.observed, "red"))
            self._console.print(table)
        if record.outcome is Outcome.FAILED and record.exchange is not None:
            self._exchange(record.exchange)

    def _exchange(self, exchange: Exchange) -> None:
        self._console.print(Text(f"    request: {exchange.method} {exchange.url}", "bold"), soft_wrap=True)
        self._message(exchange.request)
        if exchange.answer is None:
            self._console.print(Text(f"    no response: {exchange.problem}", "bold"), soft_wrap=True)
            return
        self._console.print(Text(f"    response: HTTP {exchange.answer.status}", "bold"), soft_wrap=True)
        self._message(exchange.answer.body)

    def _message(self, message: bytes) -> None:
        text = _indented(message)
        if len(text) > _SHOWN_CHARACTERS:
            text = f"{text[:_SHOWN_CHARACTERS]}\n... {len(text) - _SHOWN_CHARACTERS} more characters"
        if self._console.is_terminal:
            self._console.print(Syntax(text, "xml", background_color="default", word_wrap=True))
        else:
            self._console.print(Text(text), soft_wrap=True)


def _indented(message: bytes) -> str:
    """XML laid out for reading; anything else as it is."""
    try:
        root = etree.fromstring(
            message, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        )
    except (etree.XMLSyntaxError, ValueError):
        return message.decode("utf-8", "replace")
    return etree.tostring(root, pretty_print=True, encoding="unicode").rstrip()


class _PatientConsole(Console):
    """A reader that went away (`crmkit verify | head`) ends the output, not the run and its report."""

    def on_broken_pipe(self) -> None:
        """Say nothing more."""
        self.quiet = True
        # The interpreter flushes at its end, too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _console() -> Console:
    console = _PatientConsole(highlight=False)
    return console if console.is_terminal else _PatientConsole(highlight=False, width=_PLAIN_WIDTH)

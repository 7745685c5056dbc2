"""The terminal's view of a run: how far it is, what went wrong, and what that makes of the target.

On a terminal a line at its foot tells how far the run is, and only rows that did not pass are told; in a log every row
has its line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from crm_contract.use_cases import Catalogue
from crmkit.suite.running.failure_view import show_failure
from crmkit.suite.running.outcomes import Outcome, Verdict
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import RowResult, title_of
from crmkit.suite.running.stepping import from_here

_PLAIN_WIDTH = 120
_STYLES = {
    Outcome.PASSED: "green",
    Outcome.ATTESTED: "green",
    Outcome.FAILED: "bold red",
    Outcome.ERROR: "bold magenta",
    Outcome.COULD_NOT_TEST: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.NOT_SELECTED: "dim",
}
_FINE = (Outcome.PASSED, Outcome.ATTESTED)
_TABLED = (Outcome.FAILED, Outcome.ERROR)
# Told by what they have in common, not row by row.
_GROUPED = {
    Outcome.COULD_NOT_TEST: "could not be tested",
    Outcome.NOT_APPLICABLE: "not applicable",
    Outcome.ATTESTED: "attested",
}


class Display:
    """Prints a run. Without a terminal the lines are plain and wide enough for a log."""

    def __init__(self, catalogue: Catalogue, console: Console | None = None) -> None:
        self._catalogue = catalogue
        self._console = console or _console()
        self._bar: Progress | None = None
        # Why rows could not be tested, as far as it was told: once is enough.
        self._told: set[str] = set()

    @contextmanager
    def progress(self, rows: int, is_asking: bool = False) -> Iterator[None]:
        """While rows run: a line at the foot of a terminal, unless questions are asked there."""
        if not self._console.is_terminal or is_asking or not rows:
            yield
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            bar.add_task("rows", total=rows)
            self._bar = bar
            try:
                yield
            finally:
                self._bar = None

    def say(self, text: str) -> None:
        """One line of its own."""
        self._console.print(Text(text))

    def row(self, result: RowResult) -> None:
        """A row is done: its line where it is not told by the one at the foot, and what was wrong with it."""
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0])
            if result.outcome in _FINE:
                return
        line = Text(f"{result.row}  ")
        line.append(f"{result.outcome.value:<15}", _STYLES[result.outcome])
        line.append(f"{result.seconds:6.2f} s  {title_of(result, self._catalogue)}")
        if result.operation != "CreatedTroubleTickets":
            line.append(f" ({result.operation})", "dim")
        self._console.print(line, soft_wrap=True)
        if result.reason:
            self._console.print(Text(f"    {result.reason}", "magenta"), soft_wrap=True)
        self._scenarios(result.records)

    def own_scenario(self, record: ScenarioRecord) -> None:
        """A scenario of the user's own is done: its line, and what was wrong with it."""
        line = Text("own      ")
        line.append(f"{record.outcome.value:<15}", _STYLES[record.outcome])
        line.append(f"{record.seconds:6.2f} s  {record.title}")
        line.append(f" ({from_here(record.file)}:{record.line})", "dim")
        self._console.print(line, soft_wrap=True)
        self._scenarios([record])

    def summary(self, results: Iterable[RowResult], verdict: Verdict) -> None:
        """What did not pass, and the verdict."""
        ended = list(results)
        # Of rows that did not even begin it was said why: they are counted below.
        table = Table("row", "operation", "title", "outcome", "what is wrong", title_justify="left")
        for result in ended:
            if result.outcome in _TABLED and (result.records or result.outcome is not Outcome.ERROR):
                title, outcome = title_of(result, self._catalogue), result.outcome
                word = Text(outcome.value, _STYLES[outcome])
                table.add_row(result.row, result.operation, Text(title), word, Text(_in_short(result)))
        if table.row_count:
            self._console.print(table)
        for outcome, words in _GROUPED.items():
            for reason, rows in self._by_reason(ended, outcome).items():
                said = f"{words}: {reason}" if reason else words
                self._console.print(Text(said, _STYLES[outcome]), soft_wrap=True)
                self._console.print(Text(f"    {', '.join(rows)}"), soft_wrap=True)
        counts = ", ".join(f"{count} {outcome.value}" for outcome, count in verdict.counts.items() if count)
        story = "" if verdict.story is Outcome.NOT_SELECTED else f"; story {verdict.story.value}"
        own = ", ".join(f"{count} {outcome.value}" for outcome, count in verdict.own.items())
        own = f"; own scenarios: {own}" if own else ""
        self._console.print(Text(f"{verdict.text}: {counts}{story}{own}", "bold"), soft_wrap=True)

    def _scenarios(self, records: Iterable[ScenarioRecord]) -> None:
        """Those that did not pass; messages of the first one that failed, and each want of something once."""
        with_messages = True
        for record in records:
            if record.outcome in _FINE:
                continue
            if record.outcome in _GROUPED:
                self._want(record.reason or "")
                continue
            show_failure(self._console, record, with_messages)
            with_messages = with_messages and record.outcome is not Outcome.FAILED

    def _by_reason(self, results: Iterable[RowResult], outcome: Outcome) -> dict[str, list[str]]:
        """The rows that ended so, by why; those of several operations with their operation."""
        several = {row.id for row in self._catalogue.rows if len(row.operations) > 1}
        found: dict[str, list[str]] = {}
        for result in results:
            if result.outcome is outcome:
                name = f"{result.row} {result.operation}" if result.row in several else result.row
                found.setdefault(_reason(result), []).append(name)
        return found

    def _want(self, reason: str) -> None:
        if reason and reason not in self._told:
            self._told.add(reason)
            self._console.print(Text(f"    {reason}"), soft_wrap=True)


def _in_short(result: RowResult) -> str:
    """Which fields are wrong, or why there was nothing to judge."""
    culprit = result.culprit
    if culprit is not None and culprit.differences:
        return ", ".join(dict.fromkeys(each.field for each in culprit.differences))
    return _reason(result)


def _reason(result: RowResult) -> str:
    culprit = result.culprit
    return result.reason or (culprit.reason if culprit else None) or ""


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

"""Tables of Errors in features, as what a reply is expected to say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crmkit.suite import values
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.replies.details import AllOf, Anything, Argument, Exactly, Interval, placeholders
from crmkit.suite.replies.expectations import ExpectedError
from crmkit.suite.replies.questions import AS_NAMED, BY, NAMING
from crmkit.suite.tables import read_rows

_ERROR_COLUMNS = ("code", "level", "reason", "details")
_LEVELS = ("FATAL", "WARNING", "INFORM")
# Where a template speaks of tickets or callbacks, and not of a value.
_NAMES_THINGS = r"(?:[Tt]rouble tickets?(?:\(s\))?|callback\(s\)):? "
_OF = ("mRID of ", "name of ")
_POSITION = re.compile(r"#?\d+")


def expected_errors(conversation: Conversation, table: Table | None) -> list[ExpectedError]:
    """The Errors of a table: code, level, reason, details, and what stands at the placeholders."""
    if table is None:
        return []
    header = table[0]
    if tuple(header[:4]) != _ERROR_COLUMNS or not set(header[4:]) <= {"{0}", "{1}"}:
        raise HarnessError(f"a table of errors has the columns {', '.join(_ERROR_COLUMNS)}, {{0}} and {{1}}")
    return [_expected_error(conversation, row) for row in read_rows(table, (*_ERROR_COLUMNS, "{0}", "{1}"))]


def _expected_error(conversation: Conversation, row: Mapping[str, str]) -> ExpectedError:
    if row["level"] not in _LEVELS:
        raise HarnessError(f"{row['level']!r} is no level: write {', '.join(_LEVELS)}")
    arguments: dict[int, Argument] = {}
    tickets: tuple[str, ...] = ()
    for number in placeholders(row["details"]):
        cell = row.get(f"{{{number}}}", "")
        if not cell:
            raise HarnessError(f"{row['reason']}: the table does not say what stands at {{{number}}}")
        aliases = values.items(cell)
        if set(aliases) <= {ticket.alias for ticket in conversation.tickets}:
            tickets = tuple(aliases)
        if re.search(_NAMES_THINGS + re.escape(f"{{{number}}}"), row["details"]):
            _check_aliases(conversation, cell)
        arguments[number] = argument(conversation, cell)
    return ExpectedError(row["code"], row["level"], row["reason"], row["details"], arguments, tickets)


def _check_aliases(conversation: Conversation, cell: str) -> None:
    """Raises HarnessError for a cell that is to name tickets or callbacks, and names something else."""
    if cell == "*":
        return
    for alias in values.items(cell):
        if not conversation.knows(alias) and not alias.startswith(_OF):
            known = ", ".join(conversation.aliases) or "none yet"
            raise HarnessError(f"nothing is called {alias!r} in this scenario; known are {known}")


def argument(conversation: Conversation, cell: str) -> Argument:
    """What a cell says that stands at a placeholder: `*`, aliases, a position, a period, or values."""
    cells = values.items(cell)
    if cell == "*":
        return Anything()
    if cells and all(conversation.knows(alias) for alias in cells):
        return _things(conversation, cells)
    if cell.startswith("position of "):
        position = conversation.ticket(cell.removeprefix("position of ")).position or ("", "")
        return Exactly(f"({position[0]}, {position[1]})")
    if len(cells) == 1 and "/" in cell:
        period = values.periods(cell, conversation.now)[0]
        if period.start and period.end:
            spelled = f"{values.moment_text(period.start)}/{values.moment_text(period.end)}"
            return Interval(period.start, period.end, spelled)
    meant = [_value(conversation, each) for each in cells]
    return Exactly(meant[0]) if len(meant) == 1 else AllOf(tuple((value,) for value in meant))


def _value(conversation: Conversation, cell: str) -> str:
    """A value as it stands, or the one that an alias has."""
    for words, meaning in (
        ("mRID of ", conversation.mrid),
        ("name of ", lambda alias: conversation.ticket(alias).name),
        ("usage point ", conversation.usage_point),
        ("incident ", lambda alias: str(conversation.incident(alias)["mrid"])),
    ):
        if cell.startswith(words):
            return meaning(cell.removeprefix(words))
    return cell


def _things(conversation: Conversation, aliases: list[str]) -> AllOf:
    """Tickets or callbacks by the names that they may go by; where the target says which it uses, by that one."""
    wanted = NAMING.wanted(conversation.run.interpretations)
    kinds: dict[str, str] = {}
    printed, spellings = [], []
    for alias in aliases:
        names = conversation.spellings(alias)
        of_alias = {name: _kind(conversation, alias, name) for name in names}
        kinds |= of_alias
        printed.append(of_alias[names[0]] if names else "")
        kept = printed[-1] if wanted == AS_NAMED else wanted
        fitting = tuple(name for name in names if wanted is None or kept in (of_alias[name], BY[of_alias[name]]))
        # What has no such name goes by the others.
        spellings.append(fitting or names)
    return AllOf(tuple(spellings), kinds, tuple(printed))


def _kind(conversation: Conversation, alias: str, name: str) -> str:
    """What kind of name it is: `name`, `mRID` or `position`."""
    if conversation.is_name_of(alias, name):
        return "name"
    return "position" if _POSITION.fullmatch(name) else "mRID"

"""What control changes for all workers: the generation numbers, the clock and the injected faults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from crm_contract.values import format_datetime
from reference_adapter.storage.tables import control_state, faults

SLOW_IMS = "slow-ims"
INTERNAL_ERROR = "internal-error"

# Asked for every message: building a statement costs more than running it.
_NUMBERS = select(control_state.c.generation, control_state.c.landbase_generation, control_state.c.clock_offset_seconds)


class Numbers(NamedTuple):
    """What every process looks at before it does anything.

    The offset is how many seconds the simulated clock is ahead of the machine's.
    """

    generation: int = 0
    landbase_generation: int = 0
    clock_offset_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """A fault set by control; `remaining` messages, `seconds` a parameter, `expires_at` an xs:dateTime text."""

    name: str
    remaining: int | None = None
    seconds: float | None = None
    expires_at: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is still in force."""
        spent = self.remaining is not None and self.remaining < 1
        expired = self.expires_at is not None and self.expires_at <= format_datetime(now)
        return not (spent or expired)


def generation(connection: Connection) -> int:
    """Moves whenever control changes something that workers keep in memory."""
    return read_numbers(connection).generation


def read_numbers(connection: Connection) -> Numbers:
    """The generations and the clock's offset."""
    row = connection.execute(_NUMBERS).first()
    return Numbers() if row is None else Numbers(*row)


def set_clock_offset(connection: Connection, seconds: float) -> None:
    """Move the simulated clock."""
    connection.execute(update(control_state).values(clock_offset_seconds=seconds))
    next_generation(connection)


def next_generation(connection: Connection) -> None:
    """Tell every worker to read what holds before its next message."""
    connection.execute(update(control_state).values(generation=control_state.c.generation + 1))


def drop_caches(connection: Connection) -> None:
    """Tell every worker to forget what it keeps in memory, the landbase's answers too."""
    landbase_generation = control_state.c.landbase_generation + 1
    connection.execute(update(control_state).values(landbase_generation=landbase_generation))
    next_generation(connection)


def read_faults(connection: Connection) -> dict[str, InjectedFault]:
    """The injected faults by name, expired ones too."""
    return {row.name: InjectedFault(*row) for row in connection.execute(select(faults))}


def set_fault(connection: Connection, fault: InjectedFault) -> None:
    """Put a fault in force, in the place of an earlier one of its name."""
    clear_fault(connection, fault.name)
    connection.execute(
        insert(faults).values(
            name=fault.name,
            remaining=fault.remaining,
            seconds=fault.seconds,
            expires_at=fault.expires_at,
        )
    )
    next_generation(connection)


def clear_fault(connection: Connection, name: str) -> None:
    """End a fault."""
    connection.execute(delete(faults).where(faults.c.name == name))
    next_generation(connection)


def spend_fault(connection: Connection, name: str) -> bool:
    """Take one message off a counted fault; False when another worker took the last one."""
    statement = (
        update(faults).where(faults.c.name == name, faults.c.remaining > 0).values(remaining=faults.c.remaining - 1)
    )
    taken = connection.execute(statement).rowcount == 1
    if taken:
        next_generation(connection)
    return taken

"""What control changes for all workers: the generation number and the injected faults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from crm_contract.values import format_datetime
from reference_adapter.storage.tables import control_state, faults

SLOW_IMS = "slow-ims"
INTERNAL_ERROR = "internal-error"

# Asked for every message: building a statement costs more than running it.
_GENERATION = select(control_state.c.generation, control_state.c.clock_offset_seconds)


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
    return generation_and_offset(connection)[0]


def generation_and_offset(connection: Connection) -> tuple[int, float]:
    """The generation, and how many seconds the simulated clock is ahead of the machine's."""
    row = connection.execute(_GENERATION).first()
    return (0, 0.0) if row is None else (row[0], row[1])


def set_clock_offset(connection: Connection, seconds: float) -> None:
    """Move the simulated clock."""
    connection.execute(update(control_state).values(clock_offset_seconds=seconds))
    next_generation(connection)


def next_generation(connection: Connection) -> None:
    """Tell every worker to drop its caches before its next message."""
    connection.execute(update(control_state).values(generation=control_state.c.generation + 1))


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

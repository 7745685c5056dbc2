"""Numbers that readers remember their place by are given once, whatever archiving takes away."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, create_engine, delete, func, insert, select
from sqlalchemy.types import Text

from reference_adapter.storage import tables


def filled(table: Table, mrid: str) -> dict[str, object]:
    """A row with nothing in it but what must be there."""
    required = [column for column in table.c if not column.nullable and not column.primary_key]
    return {column.name: "" if isinstance(column.type, Text) else 0 for column in required} | {"mrid": mrid}


@pytest.mark.parametrize("table", [tables.tickets, tables.callbacks], ids=["tickets", "callbacks"])
def test_the_number_of_the_newest_is_not_given_again(table: Table) -> None:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [filled(table, "one"), filled(table, "two")])
        newest = connection.scalar(select(func.max(table.c.seq)))
        connection.execute(delete(table).where(table.c.mrid == "two"))
        connection.execute(insert(table), [filled(table, "three")])
        following = connection.scalar(select(func.max(table.c.seq)))
    assert newest is not None
    assert following == newest + 1

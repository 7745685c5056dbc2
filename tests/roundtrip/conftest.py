"""One storm for all lines: it takes most of a second, and no test changes what happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("storm_headers", "storm_messages", "storm_parts", "storm_run", "storm_store")

from storm_run import Storm, storm  # noqa: E402


@pytest.fixture(scope="session")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    """What happened."""
    with storm(tmp_path_factory.mktemp("storm")) as happened:
        yield happened

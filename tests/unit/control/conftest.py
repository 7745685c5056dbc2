"""The control API over a store of its own, made once for all tests: building the routes costs more than the tests."""

import pytest
from builders import NOW, Clock, network
from controlled import FakeJobs, control_over

from reference_adapter.clock import SimulatedClock
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.shared_state import set_clock_offset
from reference_adapter.storage.unit_of_work import Store


@pytest.fixture(scope="session")
def standing_clock():
    return Clock()


@pytest.fixture(scope="session")
def kept_store(tmp_path_factory, standing_clock):
    database = Database(tmp_path_factory.mktemp("data") / "gridops.sqlite", busy_seconds=5.0)
    yield Store(database, network(), SimulatedClock(standing_clock))
    database.close()


@pytest.fixture(scope="session")
def kept_jobs():
    return FakeJobs()


@pytest.fixture(scope="session")
def client(kept_store, kept_jobs):
    with control_over(kept_store.database, kept_store, kept_jobs) as made:
        yield made


@pytest.fixture
def api(client, database):
    return client


@pytest.fixture
def clock(standing_clock):
    standing_clock.now = NOW
    return standing_clock


@pytest.fixture
def jobs(kept_jobs):
    kept_jobs.ran.clear()
    return kept_jobs


@pytest.fixture
def store(kept_store, database):
    return kept_store


@pytest.fixture
def database(kept_store, clock):
    """The store, empty again; not by the API, which is under test."""
    with kept_store.database.write() as connection:
        for table in tables.metadata.sorted_tables:
            if table is not tables.control_state:
                connection.execute(table.delete())
        # Numbers begin anew.
        connection.exec_driver_sql("DELETE FROM sqlite_sequence")
        set_clock_offset(connection, 0.0)
    return kept_store.database

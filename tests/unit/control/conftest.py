"""The control API over a store of its own, made once for all tests: building the routes costs more than the tests."""

import pytest
from builders import NOW, Clock, Fixed, network, settings
from fastapi.testclient import TestClient

from reference_adapter.background.jobs import UnknownJob
from reference_adapter.clock import SimulatedClock
from reference_adapter.control.app import build_control_app
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.operator import Operator
from reference_adapter.control.simulator import Simulator
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.shared_state import set_clock_offset
from reference_adapter.storage.unit_of_work import Store

NEIGHBOURS = Neighbours(
    soap="http://127.0.0.1:1",
    landbase="http://127.0.0.1:2",
    landbase_control="http://127.0.0.1:3",
    ivr="http://127.0.0.1:4",
    ivr_control="http://127.0.0.1:5",
)


class FakeJobs:
    """Two jobs that note when they are run."""

    def __init__(self):
        self.ran = []

    def run(self, name):
        if name not in ("expiry", "replication"):
            raise UnknownJob(name)
        self.ran.append(name)
        return 3

    def run_all(self):
        self.ran.append("all")
        return {"expiry": 0, "replication": 7}


def control_over(database, store, jobs):
    watched = Fixed(settings())
    simulator = Simulator(database, store, network(), watched)
    return TestClient(build_control_app(simulator, Operator(store, network(), watched), jobs, NEIGHBOURS))


@pytest.fixture(scope="package")
def standing_clock():
    return Clock()


@pytest.fixture(scope="package")
def kept_store(tmp_path_factory, standing_clock):
    database = Database(tmp_path_factory.mktemp("data") / "gridops.sqlite", busy_seconds=5.0)
    yield Store(database, network(), SimulatedClock(standing_clock))
    database.close()


@pytest.fixture(scope="package")
def kept_jobs():
    return FakeJobs()


@pytest.fixture(scope="package")
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
        set_clock_offset(connection, 0.0)
    return kept_store.database

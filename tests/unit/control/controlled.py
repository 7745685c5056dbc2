"""The control API around a store, with jobs that only note when they are run."""

from builders import Fixed, network, settings
from fastapi.testclient import TestClient

from reference_adapter.background.jobs import UnknownJob
from reference_adapter.control.app import build_control_app
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.operator import Operator
from reference_adapter.control.simulator import Simulator
from reference_adapter.storage.shared_state import generation

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

    def __iter__(self):
        return iter(("expiry", "replication"))

    def run(self, name):
        if name not in self:
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


def moved(database):
    """The generation: it moves with what workers must hear of."""
    with database.read() as connection:
        return generation(connection)


def detail(answer):
    """What the API says of a mistake."""
    return answer.json()["detail"]

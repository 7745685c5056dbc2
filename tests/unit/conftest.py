"""A store on a real file, a clock that stands, and the operation between them."""

import pytest
from builders import Clock, FakeLandbase, Fixed, header, network, settings, shipped_errors

from reference_adapter.clock import SimulatedClock
from reference_adapter.operations.created_trouble_tickets import CreateTroubleTickets
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.storage.database import Database
from reference_adapter.storage.unit_of_work import Store


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store_path(tmp_path):
    return tmp_path / "gridops.sqlite"


@pytest.fixture
def database(store_path):
    made = Database(store_path, busy_seconds=5.0)
    yield made
    made.close()


@pytest.fixture
def store(database, clock):
    return Store(database, network(), SimulatedClock(clock))


@pytest.fixture
def send(store, clock):
    """Sends a message to the operation; settings may be changed for it."""

    def carry_out(*tickets, sent_in=None, landbase=None, **changes):
        operation = CreateTroubleTickets(
            CREATE_RULES,
            Fixed(shipped_errors()),
            Fixed(settings(**changes)),
            store,
            network(),
            landbase or FakeLandbase(),
            clock,
        )
        return operation.carry_out(sent_in or header(), tickets)

    return carry_out

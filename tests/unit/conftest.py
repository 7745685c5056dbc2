"""A store on a real file, a clock that stands, and the operation between them."""

import shutil

import pytest
from builders import HOSTED, Clock, FakeLandbase, Fixed, header, network, settings, shipped_errors

from crm_contract.messages import CallbackFilter, CallbackQuery
from reference_adapter.clock import SimulatedClock
from reference_adapter.operations.callbacks_results import ReceiveCallbackResults
from reference_adapter.operations.changed_trouble_tickets import ChangeTroubleTickets
from reference_adapter.operations.created_trouble_tickets import CreateTroubleTickets
from reference_adapter.operations.get_callbacks import GetCallbacks
from reference_adapter.operations.get_trouble_tickets import GetTroubleTickets
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.storage.database import Database
from reference_adapter.storage.unit_of_work import Store


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store_path(tmp_path):
    return tmp_path / "gridops.sqlite"


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """The file of a store with nothing in it: making its tables anew for every test costs more than the tests."""
    path = tmp_path_factory.mktemp("empty") / "gridops.sqlite"
    Database(path).close()
    return path


@pytest.fixture
def database(store_path, empty_store):
    if not store_path.exists():
        shutil.copy(empty_store, store_path)
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


def _wired(operation, name, store, changes):
    """An operation by the shipped configuration with `changes`, on a store and its clock."""
    rules = HOSTED[name][1]
    return operation(rules, Fixed(shipped_errors(name)), Fixed(settings(**changes)), store, store.clock)


@pytest.fixture
def change(store):
    """Sends changes of tickets."""

    def carry_out(*entries, sent_in=None, **changes):
        operation = _wired(ChangeTroubleTickets, "ChangedTroubleTickets", store, changes)
        return operation.carry_out(sent_in or header(verb="changed"), entries)

    return carry_out


@pytest.fixture
def query(store):
    """Asks for tickets."""

    def carry_out(*criteria, context="active", sent_in=None, **changes):
        operation = _wired(GetTroubleTickets, "GetTroubleTickets", store, changes)
        return operation.carry_out(sent_in or header(verb="get", context=context), criteria)

    return carry_out


@pytest.fixture
def pull(store):
    """Asks for callbacks."""

    def carry_out(csr="csr-1", count=None, language=None, priority=None, sent_in=None, **changes):
        operation = _wired(GetCallbacks, "GetCallbacks", store, changes)
        asked = CallbackQuery(count, csr, CallbackFilter(language, priority))
        return operation.carry_out(sent_in or header(verb="get", noun="CallBacks"), asked)

    return carry_out


@pytest.fixture
def report(store):
    """Reports results of callbacks."""

    def carry_out(*results, sent_in=None, **changes):
        operation = _wired(ReceiveCallbackResults, "CreatedCallBacksResults", store, changes)
        return operation.carry_out(sent_in or header(noun="CallBacksResults"), results)

    return carry_out

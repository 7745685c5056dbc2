"""The composition root of the SOAP workers: reads the configuration and wires everything, once a worker."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crm_contract.contract import SERVICES, Contract, Operation, load_contract
from crm_soap.front_door import FrontDoor, TransportLimits
from crm_soap.hosting import Handler, host
from reference_adapter.clock import Clock, SimulatedClock, system_clock
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.files import (
    copy_shipped_files,
    read_web_service_settings,
    watch_errors,
    watch_settings,
)
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.landbase.client import LandbaseClient
from reference_adapter.logs import log_as_json
from reference_adapter.operations.admission import EXTRA_REASONS
from reference_adapter.operations.callbacks_results import ReceiveCallbackResults
from reference_adapter.operations.changed_trouble_tickets import ChangeTroubleTickets
from reference_adapter.operations.created_trouble_tickets import CreateTroubleTickets
from reference_adapter.operations.get_callbacks import GetCallbacks
from reference_adapter.operations.get_trouble_tickets import GetTroubleTickets
from reference_adapter.outage_model.network import Network
from reference_adapter.processes import die_with_parent
from reference_adapter.rules.callbacks_results import RESULT_RULES
from reference_adapter.rules.changed_trouble_tickets import CHANGE_RULES
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.rules.get_callbacks import GET_CALLBACKS_RULES
from reference_adapter.rules.get_trouble_tickets import GET_TICKETS_RULES
from reference_adapter.rules.registry import RuleBook
from reference_adapter.soap.get_callbacks import GetCallbacksMessages
from reference_adapter.soap.get_trouble_tickets import GetTroubleTicketsMessages
from reference_adapter.soap.pipeline import Pipeline, Work
from reference_adapter.soap.receive_callbacks_results import CallbackResultsMessages
from reference_adapter.soap.receive_trouble_tickets import ChangedTroubleTicketsMessages, CreatedTroubleTicketsMessages
from reference_adapter.storage.database import Database
from reference_adapter.storage.unit_of_work import SharedState, Store
from reference_adapter.town import read_network


@dataclass(frozen=True, slots=True)
class AdapterOptions:
    """Where a worker finds its data, its landbase and, optionally, a renamed contract."""

    data: Path
    landbase: str
    contract: Path | None = None

    def to_environment(self) -> dict[str, str]:
        """The options as variables, the way they reach granian's workers."""
        values = {"CRM_ADAPTER_DATA": str(self.data), "CRM_ADAPTER_LANDBASE": self.landbase}
        if self.contract:
            values["CRM_ADAPTER_CONTRACT"] = str(self.contract)
        return values

    @classmethod
    def from_environment(cls) -> AdapterOptions:
        """The options that `to_environment` set."""
        contract = os.environ.get("CRM_ADAPTER_CONTRACT")
        return cls(
            Path(os.environ["CRM_ADAPTER_DATA"]),
            os.environ["CRM_ADAPTER_LANDBASE"],
            Path(contract) if contract else None,
        )


def create_app() -> FrontDoor:
    """What granian calls in each worker."""
    die_with_parent()
    log_as_json()
    return build_soap_app(AdapterOptions.from_environment())


@dataclass(frozen=True, slots=True)
class AdapterRules:
    """The rules of every hosted operation."""

    created: RuleBook = CREATE_RULES
    changed: RuleBook = CHANGE_RULES
    get_tickets: RuleBook = GET_TICKETS_RULES
    get_callbacks: RuleBook = GET_CALLBACKS_RULES
    results: RuleBook = RESULT_RULES


def build_soap_app(
    options: AdapterOptions,
    rules: AdapterRules = AdapterRules(),
    clock: Clock = system_clock,
    configuration: Path | None = None,
    wrap_store: Callable[[Store], Store] = lambda store: store,
) -> FrontDoor:
    """The hosted services as one ASGI application.

    `rules`, `configuration` (another folder of configuration files) and `wrap_store` are how a deliberately wrong
    adapter is built. Raises ConfigurationError, TownError, ContractError.
    """
    contract = load_contract(options.contract)
    folder = configuration or options.data / "configuration"
    copy_shipped_files(folder)
    web_service = read_web_service_settings(folder)
    simulated = SimulatedClock(clock)
    network = read_network(options.data / "town")
    store = wrap_store(
        Store(Database(options.data / "gridops.sqlite", web_service.store_busy_seconds), network, simulated)
    )
    wiring = _Wiring(contract, folder, watch_settings(folder), store, simulated, web_service.retry_after_seconds)
    handlers = wiring.handlers(rules, network, CurrentLandbase(options.landbase))
    schemas = {name: text for name, text in contract.documents.items() if name.endswith(".xsd")}
    limits = TransportLimits(
        web_service.body_limit, web_service.stall_seconds, web_service.body_seconds, web_service.threads
    )
    services = {
        service.name: host(service.name, contract, handlers, web_service.body_limit)
        for service in SERVICES
        if service.hosted_by == "adapter"
    }
    return FrontDoor(services, schemas, limits)


@dataclass(frozen=True, slots=True)
class _Wiring:
    """What the operations share."""

    contract: Contract
    folder: Path
    settings: WatchedFile[AdapterSettings]
    store: Store
    clock: Clock
    retry_after_seconds: int

    def handlers(self, rules: AdapterRules, network: Network, landbase: CurrentLandbase) -> dict[str, Handler]:
        """A handler for each hosted operation: its own part inside what all messages go through."""
        shared = (self.settings, self.store)
        return {
            "CreatedTroubleTickets": self._hosted(
                "CreatedTroubleTickets",
                rules.created,
                lambda op, errors: CreatedTroubleTicketsMessages(
                    op, CreateTroubleTickets(rules.created, errors, *shared, network, landbase, self.clock)
                ),
            ),
            "ChangedTroubleTickets": self._hosted(
                "ChangedTroubleTickets",
                rules.changed,
                lambda op, errors: ChangedTroubleTicketsMessages(
                    op, ChangeTroubleTickets(rules.changed, errors, *shared, self.clock)
                ),
            ),
            "GetTroubleTickets": self._hosted(
                "GetTroubleTickets",
                rules.get_tickets,
                lambda op, errors: GetTroubleTicketsMessages(
                    op, rules.get_tickets, GetTroubleTickets(rules.get_tickets, errors, *shared, self.clock)
                ),
            ),
            "GetCallbacks": self._hosted(
                "GetCallbacks",
                rules.get_callbacks,
                lambda op, errors: GetCallbacksMessages(
                    op, rules.get_callbacks, GetCallbacks(rules.get_callbacks, errors, *shared, self.clock)
                ),
            ),
            "CreatedCallBacksResults": self._hosted(
                "CreatedCallBacksResults",
                rules.results,
                lambda op, errors: CallbackResultsMessages(
                    op, ReceiveCallbackResults(rules.results, errors, *shared, self.clock)
                ),
            ),
        }

    def _hosted(
        self, name: str, rules: RuleBook, own_part: Callable[[Operation, WatchedFile[ErrorConfiguration]], Work]
    ) -> Pipeline:
        operation = self.contract.operations[name]
        errors = watch_errors(self.folder, name, rules.reasons() | EXTRA_REASONS)
        return Pipeline(
            operation,
            self.contract,
            rules,
            errors,
            self.settings,
            self.store.now,
            self.retry_after_seconds,
            own_part(operation, errors),
        )


class CurrentLandbase:
    """The landbase client of the settings in force; forgets what it knew when control says so.

    It keeps it through everyday work: an operator's comment must not cost messages the time-outs of a landbase that
    is known to be down.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._lock = threading.Lock()
        self._client: LandbaseClient | None = None
        self._generation = 0

    def __call__(self, state: SharedState, settings: AdapterSettings) -> LandbaseClient:
        """The client for one message."""
        with self._lock:
            client = self._client
            if client is None or client.settings != settings.landbase:
                client = self._client = LandbaseClient(self._base_url, settings.landbase)
            elif state.landbase_generation != self._generation:
                client.forget()
            self._generation = state.landbase_generation
            return client

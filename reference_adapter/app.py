"""The composition root of the SOAP workers: reads the configuration and wires everything, once a worker."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crm_contract.contract import load_contract
from crm_soap.front_door import FrontDoor, TransportLimits
from crm_soap.hosting import host
from reference_adapter.clock import Clock, system_clock
from reference_adapter.configuration.files import (
    copy_shipped_files,
    read_web_service_settings,
    watch_errors,
    watch_settings,
)
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.landbase.client import LandbaseClient
from reference_adapter.logs import log_as_json
from reference_adapter.operations import created_trouble_tickets
from reference_adapter.outage_model.network import Network
from reference_adapter.processes import die_with_parent
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.rules.registry import RuleBook
from reference_adapter.soap.pipeline import Pipeline
from reference_adapter.soap.receive_trouble_tickets import CreatedTroubleTicketsMessages, not_carried_out
from reference_adapter.storage.database import Database
from reference_adapter.storage.unit_of_work import SharedState, TicketStore
from reference_adapter.town import read_network

SERVICE = "ReceiveTroubleTicketsService"


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


def build_soap_app(
    options: AdapterOptions,
    rules: RuleBook = CREATE_RULES,
    clock: Clock = system_clock,
    configuration: Path | None = None,
    wrap_store: Callable[[TicketStore], TicketStore] = lambda store: store,
) -> FrontDoor:
    """The hosted services as one ASGI application.

    `rules`, `configuration` (another folder of configuration files) and `wrap_store` are how a deliberately wrong
    adapter is built. Raises ConfigurationError, TownError, ContractError.
    """
    contract = load_contract(options.contract)
    folder = configuration or options.data / "configuration"
    copy_shipped_files(folder)
    web_service = read_web_service_settings(folder)
    settings = watch_settings(folder)
    network = read_network(options.data / "town")
    created, changed = contract.of_service(SERVICE)
    reasons = rules.reasons() | created_trouble_tickets.EXTRA_REASONS
    created_errors = watch_errors(folder, created.name, reasons)
    changed_errors = watch_errors(folder, changed.name, frozenset({"NotAttempted"}))
    store = wrap_store(_store(options.data, web_service.store_busy_seconds, network))
    operation = created_trouble_tickets.CreateTroubleTickets(
        rules, created_errors, settings, store, network, CurrentLandbase(options.landbase), clock
    )
    handlers = {
        created.name: Pipeline(
            created,
            contract,
            rules,
            created_errors,
            settings,
            clock,
            web_service.retry_after_seconds,
            CreatedTroubleTicketsMessages(created, operation),
        ),
        changed.name: not_carried_out(changed, contract, changed_errors),
    }
    schemas = {name: text for name, text in contract.documents.items() if name.endswith(".xsd")}
    limits = TransportLimits(
        web_service.body_limit, web_service.stall_seconds, web_service.body_seconds, web_service.threads
    )
    service = host(SERVICE, contract, handlers, web_service.body_limit)
    return FrontDoor({SERVICE: service}, schemas, limits)


def _store(data: Path, busy_seconds: float, network: Network) -> TicketStore:
    return TicketStore(Database(data / "gridops.sqlite", busy_seconds), network)


class CurrentLandbase:
    """The landbase client of the settings in force; forgets what it knew when the generation moves."""

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
            elif state.generation != self._generation:
                client.forget()
            self._generation = state.generation
            return client

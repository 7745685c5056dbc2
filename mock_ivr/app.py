"""Wires the IVR together: the SOAP service, behaviour, dialling, and the two servers."""

from __future__ import annotations

from crm_contract.contract import Contract
from mock_ivr.behaviour import Behaviour, Setting
from mock_ivr.control import build_control_app
from mock_ivr.dialling import Dialler
from mock_ivr.journal import CAPACITY, Dialled, Message
from mock_ivr.receiving import Receiving
from mock_ivr.reporting import RETRY_SECONDS, ResultReporter
from mock_ivr.sending import AdapterServices
from mock_ivr.soap import build_soap_app
from mock_ivr.tickets import TicketReporter
from mock_serving.command import serve_until_told
from mock_serving.journal import BoundedJournal
from mock_serving.ports import PortServer
from mock_serving.public import Places, Published
from mock_serving.switch import Switch


class Ivr:
    """SendCallBacksService at one port and its control endpoint at another, in one process.

    Raises PortError when one of the ports cannot be had; both are taken before anything is served. Raises ValueError
    for an adapter's address that is none.
    """

    def __init__(
        self, contract: Contract, adapter: str, places: Places, seed: int, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        services = AdapterServices(contract, adapter)
        journal: BoundedJournal[Message] = BoundedJournal(CAPACITY)
        dialled: BoundedJournal[Dialled] = BoundedJournal()
        behaviour = Behaviour()
        dialler = Dialler(seed)
        soap = build_soap_app(contract, dialler.dial)
        self._reporter = ResultReporter(dialler, services.report_results, dialled, retry_seconds)
        receiving = Receiving(soap, behaviour, journal, lambda client: self._data.drop(client))
        self._data = PortServer(Published(receiving, places.public_url), *places.served)
        switch = Switch(behaviour, self._data, Setting())
        tickets = TicketReporter(services.report_tickets, seed)
        control = build_control_app(switch, journal, dialler, dialled, tickets)
        self._control = PortServer(control, *places.control)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        self._reporter.start()
        try:
            await serve_until_told([self._data, self._control])
        finally:
            self._reporter.stop()

"""A wsdl:service as a WSGI application: Spyne for dispatch, the contract's own WSDL on `?wsdl`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from lxml import etree

from crm_contract.contract import Contract
from crm_soap.faults import SoapFault
from crm_soap.protocol import ContractFirstSoap11  # installs what newer Pythons need before Spyne is imported

from spyne import AnyXml, Application, Fault, ServiceBase, const, rpc  # isort: skip
from spyne.server.wsgi import WsgiApplication  # isort: skip

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Any]

# Spyne logs a traceback for every fault that a client causes.
logging.getLogger("spyne").setLevel(logging.CRITICAL)
# After a message Spyne collects garbage once a second, for files that a message may have opened. Ours open none, and a
# collection takes longer than ten messages.
const.MIN_GC_INTERVAL = float("inf")


class Handler(Protocol):
    """An operation: takes the body's element, gives the whole SOAP response, or raises SoapFault."""

    def __call__(self, body: etree._Element, /) -> bytes:
        """Handle one message."""


def host(service: str, contract: Contract, handlers: Mapping[str, Handler], body_limit: int) -> WsgiApp:
    """One Spyne application for one wsdl:service; `handlers` by operation name, `body_limit` in bytes."""
    operations = contract.of_service(service)
    methods = {op.name: _method(op.name, handlers[op.name]) for op in operations}
    tns = f"urn:{service}"
    names = {op.request: f"{{{tns}}}{op.name}" for op in operations}
    application = Application(
        [type(service, (ServiceBase,), methods)],
        tns=tns,
        name=service,
        in_protocol=ContractFirstSoap11(names),
        out_protocol=ContractFirstSoap11(),
    )
    wsgi = WsgiApplication(application, max_content_length=body_limit, block_length=1 << 20)

    def static_wsdl(ctx: Any) -> None:
        address = ctx.transport.get_url().partition("?")[0].removesuffix(".wsdl")
        ctx.transport.wsdl = contract.wsdl(service, address)

    wsgi.event_manager.add_listener("wsdl", static_wsdl)
    # Spyne would build a WSDL of its own before it fires the event.
    wsgi._wsdl = contract.documents[f"{service}.wsdl"]
    hosted: WsgiApp = wsgi
    return hosted


def _method(name: str, handler: Handler) -> Any:
    def call(ctx: Any, message: etree._Element) -> bytes:
        try:
            return handler(message)
        except SoapFault as fault:
            ctx.transport.resp_code = fault.status
            ctx.transport.resp_headers.update(fault.headers)
            raise Fault(fault.code, fault.text, detail=fault.detail) from None

    call.__name__ = name
    return rpc(AnyXml, _returns=AnyXml, _body_style="bare", _operation_name=name)(call)

"""Spyne's SOAP 1.1 protocol without its object mapping.

Spyne dispatches; the body's element goes to the operation as it was parsed, and the operation's bytes go out as
they are. Mapping every ticket to Spyne's objects costs more than all the rest of a message together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_contract.envelope import soap_fault
from crm_soap import python_compat
from crm_soap.faults import SoapFault
from crm_soap.parsing import parse_envelope

python_compat.install()

from spyne import Fault  # noqa: E402
from spyne.protocol.soap import Soap11  # noqa: E402


class ContractFirstSoap11(Soap11):  # type: ignore[misc]
    """Dispatches on the body element's qualified name, whatever the SOAPAction says.

    `operations` maps that name to the operation's key in Spyne's own namespace.
    """

    def __init__(self, operations: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._operations = operations or {}

    def create_in_document(self, ctx: Any, charset: str | None = None) -> None:
        """Parse once; Spyne's own parser resolves entities and fails on an empty body."""
        try:
            ctx.in_document = parse_envelope(b"".join(ctx.in_string), charset)
        except SoapFault as fault:
            raise Fault(fault.code, fault.text) from None

    def decompose_incoming_envelope(self, ctx: Any, message: Any = Soap11.REQUEST) -> None:
        """Find the operation; Spyne would insist on its own target namespace."""
        ctx.in_body_doc = ctx.in_document
        key = self._operations.get(ctx.in_body_doc.tag)
        if key is None:
            raise Fault("Client", f"No operation takes the body element {ctx.in_body_doc.tag}.")
        ctx.method_request_string = key

    def deserialize(self, ctx: Any, message: Any) -> None:
        """Hand over the element itself."""
        ctx.in_object = ctx.in_body_doc

    def serialize(self, ctx: Any, message: Any) -> None:
        """Take the operation's bytes, or write the fault."""
        if ctx.out_error is None:
            ctx.out_document = ctx.out_object[0]
        else:
            error = ctx.out_error
            code = error.faultcode.partition(".")[0]
            ctx.out_document = soap_fault(code, error.faultstring, error.detail)

    def create_out_string(self, ctx: Any, charset: str | None = None) -> None:
        """Nothing is left to render."""
        ctx.out_string = [ctx.out_document]

"""The payload of a request or the query of a get operation, found and decoded."""

from __future__ import annotations

from typing import Generic, TypeVar

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Operation

T = TypeVar("T")
#: The prefix that `crm_contract.envelope.response` gives the payload's namespace.
PREFIX = "p"


class RequestReader(Generic[T]):
    """Reads what a message of one operation is about; the schema has seen the message."""

    def __init__(self, operation: Operation, cls: type[T]) -> None:
        message = operation.message_namespace
        if operation.query_root:
            namespace, root = operation.query_namespace, operation.query_root
            self._path = f"{{{message}}}Request/{{{namespace}}}{root}"
        else:
            namespace = operation.payload_namespace
            self._path = f"{{{message}}}Payload/{{{namespace}}}{operation.payload_root}"
        self._codec = Codec(cls, namespace)

    def read(self, body: etree._Element) -> T:
        """The decoded payload or query."""
        root = body.find(self._path)
        assert root is not None  # the schema has seen it
        return self._codec.decode(root)

"""Faults that a hosted operation may raise."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree


class SoapFault(Exception):
    """A SOAP 1.1 fault to answer with.

    `code` is Client, Server, VersionMismatch or MustUnderstand; `detail` the operation's Fault message where
    there is one (D-03); `status` the HTTP status line (500 unless the decisions name another, D-06b).
    """

    def __init__(
        self,
        code: str,
        text: str,
        detail: etree._Element | None = None,
        status: str = "500 Internal Server Error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.detail = detail
        self.status = status
        self.headers = dict(headers or {})

"""Changes of trouble tickets as the tables of features describe them (ChangedTroubleTickets)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crmkit.suite.tickets.written import PLAIN_CSR, Caller, customer

PLAIN_COMMENT = "Called again."

# What docs/steps.md prints. A column that a table lacks leaves the change as the third text says.
CHANGE_COLUMNS = (
    (
        "ticket",
        "an earlier ticket, which may stand in several rows; or a new alias for one that nobody knows",
        "required",
    ),
    (
        "by",
        "what names the ticket: `mRID`, `name` or both, joined by a comma; each may be `unknown`, such as "
        "`unknown mRID`, or another ticket's, such as `name of beta`; empty: neither",
        "mRID",
    ),
    (
        "comment",
        "a text; `x*fit`: as many `x` as fit behind the present comment, `x*fit+1`: one more; empty: none",
        PLAIN_COMMENT,
    ),
    ("csr", "who answers for the change; empty: nobody", PLAIN_CSR),
    ("caller", "`First Middle Last; email E; landline L; mobile M`", "none"),
    ("created", "a time, as sent: GridOps does not change it", "none"),
)


@dataclass(slots=True)
class Change:
    """An entry as sent; None where the message leaves the element out."""

    alias: str
    number: int
    mrid: str | None = None
    name: str | None = None
    comment: str | None = None
    csr: str | None = PLAIN_CSR
    caller: Caller | None = None
    created: str | None = None

    def content(self) -> dict[str, Any]:
        """The entry by the element names of the contract, as zeep takes it."""
        elements = {
            "mRID": self.mrid,
            "comment": self.comment,
            "createdDateTime": self.created,
            "csrId": self.csr,
            "name": self.name,
            "CustomerData": customer(self.caller),
        }
        return {name: value for name, value in elements.items() if value is not None}

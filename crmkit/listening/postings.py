"""What an IVR posts to the kit: callback results, read leniently, and how the kit answered them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from lxml import etree


class Answering(Enum):
    """How the kit answers a message with results: as an adapter does, or wrong on purpose."""

    AS_ADAPTER = "as an adapter does"
    FAILED = "with FAILED"
    FAULT = "with a fault"
    BUSY = "with a fault that says to try again later"
    LATE = "late"
    LOST = "with nothing: the connection breaks off"


@dataclass(frozen=True, slots=True)
class ReportedResult:
    """One result as it was posted; None where an element is absent."""

    mrid: str | None
    value: str | None = None
    date_time: str | None = None
    csr_id: str | None = None


@dataclass(slots=True)
class Posting:
    """One HTTP POST. Times are monotonic seconds, `arrived` is by the machine's clock.

    `accepted` are the mRIDs whose results the kit has taken; `ended` is None until the answer is out, `status` until
    there is one.
    """

    began: float
    arrived: datetime
    path: str
    headers: Mapping[str, str]
    body: bytes
    results: tuple[ReportedResult, ...]
    answering: Answering = Answering.AS_ADAPTER
    accepted: frozenset[str] = frozenset()
    status: int | None = None
    answer: bytes = b""
    ended: float | None = None
    problem: str | None = field(default=None)

    @property
    def mrids(self) -> frozenset[str]:
        """The callbacks that it is about."""
        return frozenset(each.mrid for each in self.results if each.mrid)


def read_results(body: bytes) -> tuple[ReportedResult, ...]:
    """The results in a message, by the local names of elements, whatever else is wrong with it; none in no XML."""
    try:
        root = etree.fromstring(
            body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        )
    except (etree.XMLSyntaxError, ValueError):
        return ()
    entries = [each for each in root.iter(etree.Element) if etree.QName(each).localname == "CallBackResult"]
    return tuple(
        ReportedResult(
            _text(each, "mRID"), _text(each, "status", "value"), _text(each, "dateTime"), _text(each, "csrId")
        )
        for each in entries
    )


def _text(element: etree._Element, *path: str) -> str | None:
    found: etree._Element | None = element
    for name in path:
        children = () if found is None else found.iterchildren(f"{{*}}{name}")
        found = next(iter(children), None)
    return None if found is None else (found.text or "").strip()

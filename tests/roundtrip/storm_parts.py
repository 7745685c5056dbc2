"""The parts that several messages share: how to look into them, and what must be found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree
from storm_messages import Message, at
from storm_run import Storm
from storm_store import Row

from crm_contract.mappings import MappingLine


class Fact(NamedTuple):
    """What a line's element says of the first and of the second thing that is followed, and how the store has it.

    Elements are lists: there may be none, or several. The store's is the same single text where it is not given.
    """

    said: tuple[list[Any], list[Any]]
    kept: tuple[list[Any], list[Any]] | None = None

    @property
    def stored(self) -> tuple[list[Any], list[Any]]:
        """What the columns hold."""
        return self.kept or self.said


class Shown(NamedTuple):
    """A shared part in an entry of a message; the element is None where the entry has none."""

    message: Message
    element: etree._Element | None

    def carried(self, line: MappingLine) -> list[Any]:
        """What stands at a line's path inside it."""
        return at(self.element, self.message.operation.payload_namespace, line.path())


class Handed(NamedTuple):
    """A callback as it went out, and in which stored state of the queue."""

    message: Message
    entry: etree._Element
    name: str
    store: str

    def shown(self, *path: str) -> Shown:
        """A shared part of it."""
        return Shown(self.message, self.message.part(self.entry, *path))

    def callback(self, it: Storm) -> Row:
        return it.callback(self.name, self.store)


def entry_of(it: Storm, message: Message, name: str) -> etree._Element:
    """A ticket's entry in a reply about tickets."""
    return message.entry(mRID=it.ticket(name)["mrid"])


def full(it: Storm, context: str) -> Iterator[tuple[str, Message, etree._Element]]:
    """Both followed tickets in full detail: by mRID, by name."""
    for name, criterion in (("CRM-ALPHA", "mRID"), ("CRM-BETA", "name")):
        message = it.exchanges[f"{context} {criterion}"].reply
        yield name, message, entry_of(it, message, name)


def limited(it: Storm, context: str) -> Iterator[tuple[str, Message, etree._Element]]:
    """Both followed tickets in limited detail: by usage point, by incident."""
    for name, criterion in (("CRM-ALPHA", "UsagePoint.mRID"), ("CRM-BETA", "IncidentRecord.mRID")):
        message = it.exchanges[f"{context} {criterion}"].reply
        yield name, message, entry_of(it, message, name)


def created(it: Storm) -> Iterator[tuple[str, Message, etree._Element]]:
    """Both followed tickets in the reply to their creation."""
    message = it.exchanges["created"].reply
    for name in ("CRM-ALPHA", "CRM-BETA"):
        yield name, message, entry_of(it, message, name)


def pulled(it: Storm) -> Iterator[Handed]:
    """Two callbacks that a CSR pulled, of the pole's and of the flood's incident."""
    message = it.exchanges["pulled"].reply
    for name in ("CRM-ALPHA", "CRM-1003"):
        yield Handed(message, message.entry(mRID=it.callback(name, "pulled")["mrid"]), name, "pulled")


def sent(it: Storm) -> Iterator[Handed]:
    """Two callbacks that were sent to the IVR, of the pole's and of the flood's incident."""
    message = it.sent["good"].event
    for name in ("CRM-1006", "CRM-1007"):
        yield Handed(message, message.entry(mRID=it.callback(name, "sent")["mrid"]), name, "sent")


#: Whose CustomerData is followed, and each one's contacts as the store has them, type and value.
CONTACTS = {
    "CRM-ALPHA": [
        ("email", "ana@lopez.test"),
        ("landline", "512-555-0101"),
        ("mobile", "512-555-0102"),
        # Added by a change; the first of a type is the one that is shown.
        ("mobile", "512-555-0103"),
    ],
    "CRM-BETA": [
        ("landline", "512-555-0201"),
        ("email", "otto@brandt.test"),
        ("mobile", "512-555-0202"),
    ],
    "CRM-1003": [("mobile", "512-555-1003")],
    "CRM-1006": [("mobile", "512-555-1006")],
    "CRM-1007": [("mobile", "512-555-1007")],
}
FIRST_NAMES = {"CRM-ALPHA": "Ana", "CRM-BETA": "Otto", "CRM-1003": "Dora", "CRM-1006": "Fay", "CRM-1007": "Gus"}
MIDDLE_NAMES = {"CRM-ALPHA": "Maria", "CRM-BETA": "Karl"}
LAST_NAMES = {
    "CRM-ALPHA": "Lopez",
    "CRM-BETA": "Brandt",
    "CRM-1003": "Meyer",
    "CRM-1006": "Fox",
    "CRM-1007": "Gray",
}
KINDS = {
    "electronicAddress.email1": "email",
    "landlinePhone.localNumber": "landline",
    "mobilePhone.localNumber": "mobile",
}


def first_of(kind: str, name: str) -> list[str]:
    """What is shown of a caller's contacts of one type: the first, if there is any."""
    return [value for each, value in CONTACTS[name] if each == kind][:1]


#: The pole's and the flood's incident, by the property of Tables 10.5 and 10.15.
INCIDENTS = {
    "comment": Fact((["Pole 77 lies across the road."], ["Vault under water."])),
    "createdDateTime": Fact((["2026-03-01T06:10:00.000Z"], ["2026-03-01T06:20:00.000Z"])),
    "estimatedRestorationTime": Fact((["2026-03-01T10:15:00.000Z"], ["2026-03-01T14:45:00.000Z"])),
    "Crews": Fact(
        (
            [{"mRID": "CREW-11", "name": "Line North"}, {"mRID": "CREW-12", "name": "Tree West"}],
            [{"mRID": "CREW-31", "name": "Cable East"}],
        ),
        (
            [[{"mrid": "CREW-11", "name": "Line North"}, {"mrid": "CREW-12", "name": "Tree West"}]],
            [[{"mrid": "CREW-31", "name": "Cable East"}]],
        ),
    ),
    "OutageRecord.OutageCodes.name": Fact((["Storm"], ["Flood"])),
    "OutageRecord.OutageCodes.subCode": Fact((["Wind"], ["River"])),
}

#: Locations by the property of Tables 10.3 and 10.14: search data of the first ticket, coordinates of the second.
LOCATIONS: dict[str, tuple[list[str], list[str]]] = {
    "type": (["StreetIntersection", "StreetIntersection"], []),
    "description": (["PrimaryStreet", "SecondaryStreet"], []),
    "name": (["Elm St", "Oak Ave"], []),
    "PositionPoint.xPosition": ([], ["-97.7431"]),
    "PositionPoint.yPosition": ([], ["30.2672"]),
}

#: The followed tickets' own elements, by property, as they were sent.
TICKETS = {
    "callBack": Fact((["true"], ["false"]), ([1], [0])),
    "comment": Fact((["Loud bang, then dark."], ["Lamps are dim."])),
    "createdDateTime": Fact((["2026-03-01T06:25:10.250Z"], ["2026-03-01T06:26:40.125Z"])),
    "csrId": Fact((["csr-green"], ["csr-brown"])),
    "firstCallDateTime": Fact((["2026-03-01T06:20:05.500Z"], ["2026-03-01T06:21:45.750Z"])),
    "languageId": Fact((["21514"], ["1033"]), ([21514], [1033])),
    "name": Fact((["CRM-ALPHA"], ["CRM-BETA"])),
    "source": Fact((["Portal"], ["CallCenter"])),
    "troubleCode": Fact((["No Power/No Light"], ["Voltage Problem"])),
    "IncidentHazard.mRID": Fact(
        (["Line Down", "Police Department"], ["Gas Leak"]), ([["Line Down", "Police Department"]], [["Gas Leak"]])
    ),
    "UsagePoint.mRID": Fact((["UP-1"], ["UP-4"])),
}
#: What they are once changes have been appended to their comments.
CHANGED_TICKETS = {
    **TICKETS,
    "comment": Fact(
        (
            ["Loud bang, then dark.\nNeighbour is dark too."],
            ["Lamps are dim.\nNow it smells burnt."],
        )
    ),
}
#: In the archive sources are spelled otherwise.
ARCHIVED_TICKETS = {**CHANGED_TICKETS, "source": Fact((["OutagePortal"], ["CC"]))}

"""The demo's trouble tickets: who calls, about what, from where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from faker import Faker

_SPANISH = 21514
_LON_LAT = "EPSG:4326"

# How often callers say this, for the codes that are usual; any other configured code is rare.
_FREQUENT_CODES = {
    "No Power/No Light": 60,
    "Flick Light/Partial Light": 12,
    "Voltage Problem": 7,
    "Momentary": 6,
    "Damaged Equipment": 6,
    "Street Light Out": 4,
}
_COMMENTS = {
    "No Power/No Light": ("Whole street is dark", "Lost power after a loud bang", "Out since the wind picked up", ""),
    "Flick Light/Partial Light": ("Half of the rooms have light", "Lights flicker when it gusts", ""),
    "Voltage Problem": ("Bulbs far too bright", "Appliances hum, lights are dim", ""),
    "Momentary": ("Went off and on three times", ""),
    "Damaged Equipment": ("Crossarm hangs by one bolt", "Transformer is leaking oil", "Meter base torn off the wall"),
    "Street Light Out": ("Lamp at the corner is out", ""),
}
_WIRES_DOWN = ("Line Down", "Tree on Line", "Pole Broken", "Arcing", "Fire")


@dataclass(frozen=True)
class Surroundings:
    """What the tickets are about: usage points as the control API gives them, landbase objects, the settings."""

    neighbourhoods: Sequence[Sequence[dict[str, Any]]]
    landbase_objects: Sequence[tuple[str, dict[str, str]]]
    settings: dict[str, Any]


class TicketWriter:
    """Writes tickets as zeep takes them. The same random source and surroundings give the same tickets."""

    def __init__(self, surroundings: Surroundings, random: Random, now: datetime) -> None:
        self._around = surroundings
        self._random = random
        self._now = now
        self._english, self._spanish = Faker("en_US"), Faker("es_MX")
        self._english.seed_instance(random.getrandbits(32))
        self._spanish.seed_instance(random.getrandbits(32))

    def tickets(self, count: int) -> Iterator[dict[str, Any]]:
        """`count` tickets in the order of their calls, over the last three hours."""
        minutes = sorted((self._random.uniform(2, 180) for _ in range(count)), reverse=True)
        for number, ago in enumerate(minutes, 1):
            yield self._ticket(number, self._now - timedelta(minutes=ago))

    def _ticket(self, number: int, created: datetime) -> dict[str, Any]:
        random, settings = self._random, self._around.settings
        customer = self._customer()
        code = self._trouble_code()
        ticket: dict[str, Any] = {
            "name": f"DEMO-{number:04d}",
            "createdDateTime": created,
            "firstCallDateTime": created - timedelta(seconds=random.randint(20, 240)),
            "csrId": f"csr-{random.randint(1, 12):02d}",
            "source": random.choice(settings["sources"]),
            "troubleCode": code,
            "languageId": customer["language_id"],
            "CustomerData": self._caller(customer["language_id"] == _SPANISH),
            "callBack": random.random() < 0.35,
        }
        if comment := random.choice(_COMMENTS.get(code, ("",))):
            ticket["comment"] = comment
        if ticket["callBack"]:
            ticket["CallBacks"] = [self._callback()]
        if hazards := self._hazards():
            ticket["IncidentHazard"] = [{"mRID": hazard} for hazard in hazards]
        return ticket | self._whereabouts(customer)

    def _customer(self) -> dict[str, Any]:
        # The first neighbourhood is the worst hit.
        places = self._around.neighbourhoods
        weights = [len(places) * 2, *([2] * (len(places) - 1))]
        return self._random.choice(self._random.choices(places, weights)[0])

    def _trouble_code(self) -> str:
        codes: list[str] = sorted(self._around.settings["trouble_codes"])
        return self._random.choices(codes, [_FREQUENT_CODES.get(code, 1) for code in codes])[0]

    def _whereabouts(self, customer: dict[str, Any]) -> dict[str, Any]:
        """Most callers are known customers; others name a landbase object, some a position, a few nothing."""
        kind = self._random.choices(("customer", "landbase", "coordinates", "nothing"), (72, 14, 9, 5))[0]
        if kind == "landbase" and self._around.landbase_objects:
            search_type, parameters = self._random.choice(self._around.landbase_objects)
            entries = parameters.items()
            return {"Location": [{"type": search_type, "description": name, "name": value} for name, value in entries]}
        if kind == "coordinates" and self._around.settings["input_crs"] == _LON_LAT:
            return {"Location": [{"PositionPoint": self._near(customer)}]}
        if kind == "nothing":
            return {}
        return {"UsagePoint": {"mRID": customer["mrid"]}}

    def _near(self, customer: dict[str, Any]) -> dict[str, str]:
        longitude = customer["longitude"] + self._random.uniform(-0.001, 0.001)
        latitude = customer["latitude"] + self._random.uniform(-0.001, 0.001)
        return {"xPosition": f"{longitude:.6f}", "yPosition": f"{latitude:.6f}"}

    def _caller(self, spanish: bool) -> dict[str, Any]:
        faker = self._spanish if spanish else self._english
        caller: dict[str, Any] = {"firstName": faker.first_name(), "lastName": faker.last_name()}
        if self._random.random() < 0.2:
            caller["mName"] = faker.first_name()
        if self._random.random() < 0.5:
            caller["electronicAddress"] = {"email1": faker.ascii_safe_email()}
        if self._random.random() < 0.4:
            caller["landlinePhone"] = {"localNumber": faker.numerify("512-555-01##")}
        if self._random.random() < 0.8:
            caller["mobilePhone"] = {"localNumber": faker.numerify("737-555-01##")}
        return caller

    def _callback(self) -> dict[str, Any]:
        start = self._now + timedelta(minutes=self._random.randint(30, 240))
        end = start + timedelta(hours=self._random.randint(1, 6))
        media = self._around.settings["callback_media"]
        medium = {"contactDetail": self._random.choice(media)} if media else {}
        return medium | {"Periods": [{"start": start, "end": end}]}

    def _hazards(self) -> list[str]:
        known = self._around.settings["hazards"]
        likely = [hazard for hazard in _WIRES_DOWN if hazard in known] or list(known)
        if not likely or self._random.random() > 0.12:
            return []
        return self._random.sample(likely, self._random.randint(1, min(2, len(likely))))

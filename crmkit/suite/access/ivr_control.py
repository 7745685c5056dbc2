"""A client of the control API of the IVR that runs beside the target."""

from __future__ import annotations

from typing import Any

from crmkit.suite.access.control import HttpJson, Json
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Transcript

# A behaviour that the suite could not take back, because it was killed, ends by itself.
_EXPIRES_SECONDS = 120.0


class IvrControl:
    """What the external system does with callbacks, and what reached it. Raises HarnessError and CouldNotTest."""

    def __init__(self, base: str, transcript: Transcript | None = None) -> None:
        self._http = HttpJson(base, "the IVR's control API", "ivr", transcript)

    def behave(self, mode: str) -> None:
        """Answer so from now on; `normal` is OK."""
        expires = None if mode == "normal" else _EXPIRES_SECONDS
        self.set_behaviour({"mode": mode, "delay_seconds": 0, "expires_after_seconds": expires})

    def behaviour(self) -> Json:
        """How it behaves."""
        return self._object("GET", "/behaviour")

    def set_behaviour(self, behaviour: Json) -> None:
        """Behave in this way."""
        self._http.call("PUT", "/behaviour", behaviour)

    def dialling(self) -> Json:
        """Whether and how it calls customers."""
        return self._object("GET", "/dialling")

    def set_dialling(self, dialling: Json) -> None:
        """Call customers in this way."""
        self._http.call("PUT", "/dialling", dialling)

    def dial_by_script(self, script: dict[str, Any], csr: str) -> None:
        """Call whom it is told about from now on, at once, with these outcomes by mRID."""
        self.set_dialling({**self.dialling(), "enabled": True, "delay_seconds": 0, "script": script, "csr_id": csr})

    def stop_dialling(self) -> None:
        """Call nobody."""
        self.set_dialling({**self.dialling(), "enabled": False})

    def journal(self) -> list[Json]:
        """The messages it got since it was cleared, oldest first. Raises HarnessError when some were dropped."""
        return self._records("/journal")

    def clear_journal(self) -> None:
        """Forget the messages it got."""
        self._http.call("DELETE", "/journal")

    def dialled(self) -> list[Json]:
        """The calls it made since it was cleared."""
        return self._records("/dialled")

    def clear_dialled(self) -> None:
        """Forget the calls it made."""
        self._http.call("DELETE", "/dialled")

    def _records(self, path: str) -> list[Json]:
        kept = self._object("GET", path)
        if kept.get("dropped"):
            raise HarnessError(f"the IVR's journal is full: {kept['dropped']} records of GET {path} are gone")
        return list(kept["items"])

    def _object(self, method: str, path: str) -> Json:
        answer = self._http.call(method, path)
        if not isinstance(answer, dict):
            raise HarnessError(f"the IVR's control API: {method} {path}: the answer is no object")
        return answer

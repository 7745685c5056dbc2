"""The control API as far as callbacks need it: the queue, operators, background jobs, the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from crmkit.suite.access.control import Control, Json
from crmkit.suite.errors import HarnessError

_PAGE = 1000


class CallbackControl:
    """What operators and the background do. Raises HarnessError, and CouldNotTest for what is not offered."""

    def __init__(self, control: Control) -> None:
        self._control = control
        # The number of the callback that was made last, when somebody last looked.
        self.last: int | None = None

    # The queue.

    def position(self) -> int:
        """The number of the callback that was made last."""
        self.last = int(self._page("/callbacks", {"limit": 1})["position"])
        return self.last

    def callbacks_after(self, position: int, **criteria: str) -> list[Json]:
        """The callbacks made after a position, in their order."""
        found: list[Json] = []
        while True:
            page = self._page("/callbacks", {"after": position, "limit": _PAGE, **criteria})
            found += page["items"]
            self.last = int(page["position"])
            # Nothing is behind the last number of all.
            if not page["items"] or int(page["items"][-1]["seq"]) >= int(page["position"]):
                return found
            position = int(page["items"][-1]["seq"])

    def restore_all(self, mrids: Sequence[str]) -> list[Json]:
        """Operators restore incidents, in this order; what they then are."""
        return self._control.restore_incidents(mrids)

    def archive_all(self, mrids: Sequence[str]) -> None:
        """Operators move incidents to the archive, as far as they are closed."""
        self._control.archive_incidents(mrids)

    def mark_automatic(self, callback: str, automatic: bool) -> None:
        """Have the external system resolve a callback, or not."""
        self._control.ask("PUT", f"/callbacks/{quote(callback, safe='')}/automatic", {"automatic": automatic})

    # Incidents, as operators deal with them.

    def change_incident(self, mrid: str, changes: Json) -> None:
        """Status, estimated restoration, cause, subcause."""
        self._control.ask("PATCH", f"/incidents/{quote(mrid, safe='')}", changes)

    def act(self, mrid: str, action: str, body: Json | None = None) -> Json:
        """An operator's action on an incident: confirm, restore, close, cancel, archive, comments, crews. What it then
        is."""
        answer = self._control.ask("POST", f"/incidents/{quote(mrid, safe='')}/{action}", body)
        return answer if isinstance(answer, dict) else self._control.incident(mrid)

    # What happens by itself.

    def run_job(self, job: str) -> None:
        """One pass of a background job; it is over when this returns."""
        self._control.ask("POST", f"/background/{quote(job, safe='')}")

    def run_all_jobs(self) -> None:
        """Background jobs until nothing is left to do."""
        self._control.ask("POST", "/background")

    # What the target says of itself.

    def log_position(self) -> int:
        """The number of the last line of the interface's log."""
        return int(self._page("/log", {"limit": 1})["position"])

    def log_after(self, position: int) -> list[Json]:
        """What the target logged of the interface after a position."""
        return list(self._page("/log", {"after": position, "limit": _PAGE})["items"])

    def _page(self, path: str, query: dict[str, Any]) -> Json:
        page = self._control.ask("GET", path, query=query)
        if not isinstance(page, dict) or "position" not in page or not isinstance(page.get("items"), list):
            raise HarnessError(f"the control API: GET {path}: the answer is no page")
        return page

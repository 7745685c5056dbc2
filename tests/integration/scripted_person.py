"""A person at `--interactive-json`, played by the reference adapter's control API."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

USER_AGENT = "operator"
Item = dict[str, Any]
Answer = dict[str, Any]
_LOCATED = {"usage-point": "usage point", None: ""}


class Operator:
    """Does what a question asks, and tells what there is to see."""

    def __init__(self, control: str) -> None:
        self._base = control
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Agent"] = USER_AGENT
        # In an earlier run the clock may have been further ahead than it is now.
        self._log_before = int(self._call("GET", "/log", limit=1)["position"])

    def answers(self, question: dict[str, Any]) -> list[Answer]:
        """The answers to a question's items, in their order."""
        return [self._answer(item) for item in question["items"]]

    def _answer(self, item: Item) -> Answer:
        kind = "do" if "do" in item else "look"
        name = f"{kind}_{item[kind]}".replace("-", "_")
        act: Callable[[Item], Answer | None] = getattr(self, name)
        return act(item["values"]) or {} if kind == "do" else getattr(self, name)(item)

    def _call(self, method: str, path: str, body: Any = None, allowed: tuple[int, ...] = (), **query: Any) -> Any:
        answer = self._session.request(method, self._base + path, json=body, params=query, timeout=30)
        assert answer.ok or answer.status_code in allowed, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    # What it does.

    def do_confirm_incident(self, values: Item) -> Answer:
        made = self._call(
            "POST",
            "/incidents",
            {
                "device": values["at"],
                "confirmed": True,
                "status": values["status"],
                "comment": values["comment"],
                "cause": values["cause"],
                "subcause": values["subcause"],
                "crews": values["crews"],
                "estimated_restoration_time": values["estimated restoration"],
            },
        )
        crews = [crew["mrid"] for crew in made["crews"]]
        return {
            "mRID": made["mrid"],
            "created": made["created_date_time"],
            "status": made["status"],
            "crew mRIDs": crews,
        }

    def do_restore_incident(self, values: Item) -> None:
        self._call("POST", f"/incidents/{values['mrid']}/restore", allowed=(409,))

    def do_close_incident(self, values: Item) -> None:
        # It may have closed by itself.
        self._call("POST", f"/incidents/{values['mrid']}/close", allowed=(409,))

    def do_archive_incident(self, values: Item) -> None:
        self._call("POST", f"/incidents/{values['mrid']}/archive")

    def do_add_contact(self, values: Item) -> None:
        self._call("POST", f"/tickets/{values['ticket']}/contacts", _without(values, "ticket"))

    def do_prefer_contact(self, values: Item) -> None:
        self._call("PUT", f"/tickets/{values['ticket']}/preferred-contact", _without(values, "ticket"))

    def do_mark_automatic(self, values: Item) -> None:
        self._call("PUT", f"/callbacks/{values['mRID']}/automatic", {"automatic": values["automatic"]})

    def do_send_callbacks(self, _: Item) -> None:
        self._call("POST", "/background/publisher")

    def do_let_time_pass(self, values: Item) -> Answer:
        return {"now": self._call("POST", "/clock/advance", {"seconds": values["seconds"]})["now"]}

    def do_restore_clock(self, _: Item) -> None:
        self._call("DELETE", "/clock")

    def do_begin_slow_ims(self, values: Item) -> None:
        self._call("PUT", "/faults/slow-ims", values)

    def do_end_slow_ims(self, _: Item) -> None:
        self._call("DELETE", "/faults/slow-ims")

    def do_begin_internal_error(self, values: Item) -> None:
        self._call("PUT", "/faults/internal-error", values)

    def do_end_internal_error(self, _: Item) -> None:
        self._call("DELETE", "/faults/internal-error")

    def do_drop_caches(self, _: Item) -> None:
        self._call("POST", "/caches/drop")

    # What it sees.

    def look_ticket(self, item: Item) -> Answer:
        (stored,) = self._call("GET", "/tickets", name=item["values"]["name"])["items"]
        position = stored["position"]
        told = {
            "callback_media": stored["callback_media"],
            "callback_periods": [f"{each['start']}/{each['end']}" for each in stored["callback_periods"]],
            "located_by": _LOCATED.get(stored["located_by"], stored["located_by"]),
            "position": f"{position['x']} {position['y']}" if position else "",
            "location": [f"{each['type']} {each['description']}={each['name']}" for each in stored["location"]],
            "contacts": [_contact(each) for each in stored["contacts"]],
            "last_update_user": stored["last_update_user"] or "",
        }
        return {name: told[name] for name in item["answer"]}

    def look_callback(self, item: Item) -> Answer:
        (stored,) = self._call("GET", "/callbacks", ticket=item["values"]["ticket"])["items"][:1]
        told = {
            "mRID": stored["mrid"],
            "held by": stored["assigned_user"] or "",
            "result": stored["result"] or "",
            "comment": stored["comment"] or "",
            "changed by": stored["last_update_user"] or "",
            "changed at": stored["last_update_time"] or "",
        }
        return {name: told[name] for name in item["answer"]}

    def look_log(self, item: Item) -> Answer:
        lines = self._call("GET", "/log", after=self._log_before, limit=100_000)["items"]
        return {
            "lines": [
                " | ".join(str(line[name] or "") for name in ("code", "level", "reason", "details", "message_id"))
                for line in lines
                if line["at"] >= item["values"]["since"]
            ]
        }


@dataclass
class Attended:
    """A run of `crmkit verify --interactive-json` that came to its end."""

    code: int
    output: str
    questions: list[dict[str, Any]] = field(default_factory=list)


def attend(operator: Operator, *options: str, cwd: Path | None = None) -> Attended:
    """Run `crmkit verify` with these options, and answer its questions."""
    command = [sys.executable, "-P", "-m", "crmkit.cli", "verify", "--interactive-json", *options]
    run = Attended(-1, "")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for line in process.stdout:
                told = json.loads(line) if line.startswith('{"question"') else None
                assert told is None or "problem" not in told, line
                if told is None:
                    run.output += line
                    continue
                run.questions.append(told)
                answer = {"question": told["question"], "answers": operator.answers(told)}
                process.stdin.write(json.dumps(answer) + "\n")
                process.stdin.flush()
            run.code = process.wait(60)
        finally:
            process.terminate()
    return run


def _without(values: Item, name: str) -> Item:
    return {key: value for key, value in values.items() if key != name}


def _contact(stored: Item) -> str:
    who = " ".join(filter(None, (stored["first_name"], stored["middle_name"], stored["last_name"])))
    return f"{who}: {stored['type']} {stored['value']}"

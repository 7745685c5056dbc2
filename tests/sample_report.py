"""A report of a run that had a bit of everything, made from the contract's samples; nothing in it was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import crm_contract
from crm_contract.use_cases import UseCase, load_catalogue
from crmkit.evidence.document import Document

SAMPLES = Path(crm_contract.__file__).parent / "samples"
TARGET = "https://crm.example/oms/ReceiveTroubleTicketsService"
CONTROL = "http://control.example:8081"
HEADERS = {
    "Content-Type": "text/xml; charset=utf-8",
    "SOAPAction": '"http://iec.ch/TC57/2011/CreatedTroubleTickets"',
    "Authorization": "Basic c2VjcmV0OnNlY3JldA==",
}
FAILED = "row-5.1-13-CreatedTroubleTickets"
FIXTURE = "a control API, or a confirmed incident in [[fixtures.incidents]]"
_OUTCOMES = {
    ("5.1-13", "CreatedTroubleTickets"): "failed",
    ("6.1-04", "GetTroubleTickets"): "failed",
    ("5.1-04", "GetCallbacks"): "error",
    ("5.1-22", "CreatedTroubleTickets"): "could-not-test",
    ("5.1-23", "CreatedTroubleTickets"): "could-not-test",
    ("6.1-02", "GetTroubleTickets"): "attested",
    ("9.1-01", "CreatedCallBacks"): "not-applicable",
    ("9.1-02", "CreatedCallBacks"): "not-selected",
}


def sample(outcomes: dict[tuple[str, str], str] | None = None) -> tuple[Document, dict[str, bytes]]:
    """The report and its messages; `outcomes` says what did not pass, by row and operation."""
    messages: dict[str, bytes] = {}
    chosen = _OUTCOMES if outcomes is None else outcomes
    results = [
        _row(printed, operation, chosen.get((printed.id, operation), "passed"), messages)
        for printed in load_catalogue()
        for operation in printed.operations
    ]
    seen = [row["outcome"] for row in results]
    counts = {outcome: seen.count(outcome) for outcome in sorted(set(seen))}
    is_right = "failed" not in counts
    return Document.model_validate(
        {
            "verdict": {
                "text": "conformant" if is_right else "not conformant",
                "exit_code": 0 if is_right else 1,
                "counts": counts,
                "attested": counts.get("attested", 0),
                "story": "passed",
            },
            "target": "https://crm.example/oms",
            "control": CONTROL,
            "own_servers": False,
            "started": "2026-03-02T09:15:00+01:00",
            "seconds": 83.4,
            "seed": "a06096fa",
            "command": ["crmkit", "verify", "--profile", "vendor.toml", "--report", "out put"],
            "versions": {"crmkit": "0.1.0", "python": "3.11.2", "zeep": "4.3.1"},
            "suite_digest": "sha256:" + "5e" * 32,
            "profile": {
                "name": "ACME OMS",
                "target": {"base_url": "https://crm.example/oms"},
                "credentials": {"basic_user_env": "ACME_USER", "basic_password_env": "ACME_PASSWORD"},
                "limits": {"comment_limit": 500, "publisher_priorities": [6, 5]},
                "interpretations": {"D-14": "name"},
            },
            "results": results,
            "story": {
                "row": "story",
                "operation": "all operations",
                "table": "story",
                "title": "An outage from the first call to the archive",
                "outcome": "passed",
                "seconds": 4.2,
                "scenarios": [_scenario("story", "An outage", "passed", [], [])],
            },
            "own_scenarios": [_scenario("own-night", "A call at night", "passed", [], [])],
            "deviations": [
                {
                    "row": "6.1-04",
                    "operation": "GetTroubleTickets",
                    "reason": "Fixed in our release 7.",
                    "link": "https://issues.example/4711",
                    "state": "seen",
                },
                {"row": "5.1-11", "reason": "Comments are cut late.", "link": "javascript:x()", "state": "now passes"},
            ],
            "findings": ["The capability archive is declared, and no archived ticket was ever shown."],
        }
    ), messages


def _row(printed: UseCase, operation: str, outcome: str, messages: dict[str, bytes]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "row": printed.id,
        "operation": operation,
        "table": printed.table,
        "title": printed.title,
        "outcome": outcome,
        "seconds": 0.0 if outcome == "not-selected" else 0.31,
    }
    if outcome in ("not-selected", "not-applicable"):
        return row
    if outcome == "could-not-test":
        return row | {"reason": "no incident is open", "enable": FIXTURE}
    if outcome == "error":
        return row | {"reason": "RuntimeError: the kit stumbled (suite/x.py:3)"}
    request, response = _messages(printed.id, operation, messages)
    checks = _checks(printed, outcome)
    scenarios = [
        _scenario(
            f"{printed.id}-{operation}", f"{printed.id} {printed.title}", outcome, checks, _calls(request, response)
        )
    ]
    row["fields"] = {check["aspect"]: "passed" if check["held"] != "no" else "failed" for check in reversed(checks)}
    row["readings"] = {"D-14": "name"} if printed.details else {}
    return row | {"scenarios": scenarios}


def _messages(row: str, operation: str, messages: dict[str, bytes]) -> tuple[str, str]:
    paths = []
    for kind in ("request", "reply"):
        file = SAMPLES / f"{row}.{kind}.xml"
        path = f"messages/{row}.{operation}.{kind}.xml"
        if file.is_file():
            messages[path] = file.read_bytes()
        paths.append(path)
    messages["messages/tickets.json"] = b'{"items": [{"name": "WEB-30811", "troubleCode": "No Power/No Light"}]}'
    return paths[0], paths[1]


def _checks(printed: UseCase, outcome: str) -> list[dict[str, Any]]:
    held = "attested" if outcome == "attested" else "strict"
    result = " or ".join(printed.accepts)
    checks = [
        {"aspect": "Result", "field": "Result", "expected": result, "observed": printed.result[0], "held": held},
        {
            "aspect": "effect",
            "field": "stored tickets",
            "expected": "WEB-30811",
            "observed": "WEB-30811",
            "held": held,
        },
    ]
    if printed.code and printed.reason and printed.level:
        place = "Reply/Error[2]"
        for aspect, wanted in (("code", printed.code), ("level", printed.level), ("reason", printed.reason)):
            is_wrong = outcome == "failed" and aspect == "reason"
            checks.append(
                {
                    "aspect": aspect,
                    "field": f"Error[2].{aspect}",
                    "expected": f"{wanted}Of<Customer>" if is_wrong else wanted,
                    "observed": wanted,
                    "held": "no" if is_wrong else "normal",
                    "decision": None,
                    "element": f"{place}/{aspect}",
                }
            )
    if outcome == "failed" and not printed.code:
        checks[0] |= {"observed": "FAILED", "held": "no", "element": "Reply/Result"}
    return checks


def _calls(request: str, response: str) -> list[dict[str, Any]]:
    def call(at: float, caller: str, called: str, label: str, **rest: Any) -> dict[str, Any]:
        kind = "soap" if called == "target" else "json"
        return {
            "caller": caller, "called": called, "kind": kind, "label": label, "started": at, "finished": at + 0.02,
            "status": 200, **rest,
        }  # fmt: skip

    return [
        call(0.00, "kit", "control", "GET /usage-points", method="GET", url=f"{CONTROL}/usage-points?count=4"),
        call(0.03, "kit", "control", "GET /tickets", method="GET", url=f"{CONTROL}/tickets"),
        call(0.06, "kit", "control", "GET /tickets", method="GET", url=f"{CONTROL}/tickets"),
        call(
            0.10, "kit", "target", "CreatedTroubleTickets", method="POST", url=TARGET, request=request,
            response=response, request_headers=HEADERS, is_subject=True, finished=0.19,
        ),
        call(0.12, "target", "landbase", "GET /collections/poles/items", method="GET", url="http://landbase.example/c"),
        call(
            0.20, "kit", "control", "GET /tickets", method="GET", url=f"{CONTROL}/tickets?after=7",
            response="messages/tickets.json",
        ),
    ]  # fmt: skip


def _scenario(
    name: str, title: str, outcome: str, checks: list[dict[str, Any]], calls: list[dict[str, Any]]
) -> dict[str, Any]:
    end = "passed" if outcome == "passed" else outcome
    return {
        "id": name,
        "title": title,
        "feature": "create_trouble_tickets.feature",
        "line": 12,
        "tags": ["5.1-13", "CreatedTroubleTickets"],
        "outcome": outcome,
        "seconds": 0.31,
        "steps": [
            {
                "keyword": "When",
                "text": "these trouble tickets are sent:",
                "table": [["ticket", "trouble code", "comment"], ["first", "Lights Out", "The whole street is dark."]],
                "outcome": "passed",
                "seconds": 0.12,
            },
            {"keyword": "Then", "text": "the reply is PARTIAL with these errors:", "outcome": end, "seconds": 0.001},
            {"keyword": "And", "text": "nothing is stored", "outcome": "passed", "seconds": 0.03},
        ],
        "checks": checks,
        "calls": calls,
    }

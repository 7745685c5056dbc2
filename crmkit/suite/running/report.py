"""report.json: what a run found, for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from crm_contract.use_cases import Catalogue
from crmkit.suite.running.feature_files import STORY
from crmkit.suite.running.outcomes import Outcome, Verdict
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import RowResult, title_of

FORMAT = 1


def as_document(
    verdict: Verdict, results: Iterable[RowResult], catalogue: Catalogue, about: Mapping[str, Any]
) -> dict[str, Any]:
    """The report: the rows under `results`, the story by itself. `about` tells when, against what and for how long."""
    entries = [(result, _entry(result, catalogue)) for result in results]
    story = next((entry for result, entry in entries if (result.row, result.operation) == STORY), None)
    return {
        "format": FORMAT,
        "verdict": verdict.text,
        "counts": {outcome.value: verdict.counts[outcome] for outcome in Outcome},
        **about,
        "results": [entry for result, entry in entries if (result.row, result.operation) != STORY],
        "story": story or {"outcome": Outcome.NOT_SELECTED.value},
    }


def write(folder: Path, document: Mapping[str, Any]) -> Path:
    """Write report.json; the folder is made when it is missing. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.json"
    unfinished = folder / ".report.json.unfinished"
    unfinished.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(path)
    return path


def timestamp(when: datetime) -> str:
    """A time of the report."""
    return when.isoformat(timespec="seconds")


def _entry(result: RowResult, catalogue: Catalogue) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "row": result.row,
        "operation": result.operation,
        "title": title_of(result, catalogue),
        "outcome": result.outcome.value,
        "seconds": round(result.seconds, 3),
        "scenarios": [_scenario(record) for record in result.records],
    }
    readings = {decision: seen for record in result.records for decision, seen in record.readings.items()}
    if readings:
        entry["readings"] = readings
    culprit = result.culprit
    reason = result.reason or (culprit.reason if culprit else None)
    if reason:
        entry["reason"] = reason
    if result.outcome is Outcome.FAILED and culprit is not None:
        entry |= _evidence(culprit)
    return entry


def _scenario(record: ScenarioRecord) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "title": record.title,
        "outcome": record.outcome.value,
        "seconds": round(record.seconds, 3),
    }
    if record.reason:
        entry["reason"] = record.reason
    if record.outcome is Outcome.FAILED:
        entry |= _evidence(record)
    return entry


def _evidence(record: ScenarioRecord) -> dict[str, Any]:
    """What the row wanted, what there was, and the messages as they went over the wire."""
    exchange = record.exchange
    return {
        "expected": "\n".join(f"{each.field}: {each.expected}" for each in record.differences),
        "observed": "\n".join(f"{each.field}: {each.observed}" for each in record.differences),
        "differences": [
            {"field": each.field, "expected": each.expected, "observed": each.observed} for each in record.differences
        ],
        "request": exchange.request.decode("utf-8", "replace") if exchange else None,
        "response": exchange.answer.body.decode("utf-8", "replace") if exchange and exchange.answer else None,
        "http_status": exchange.answer.status if exchange and exchange.answer else None,
    }

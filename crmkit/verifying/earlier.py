"""What an earlier report says should run again."""

from __future__ import annotations

from dataclasses import replace

from crmkit.evidence.document import Document
from crmkit.evidence.loading import BundleError, load_document
from crmkit.suite.running.outcomes import Outcome
from crmkit.suite.running.selection import Key, Wanted
from crmkit.verifying.request import Request, UsageMistake

# What a target, or what surrounds it, can still be brought to pass.
_TO_RERUN = "failed,error,could-not-test"


def wanted_of(request: Request) -> Wanted:
    """What the command line selects; an earlier report is read now, before a new one takes its place.

    Raises UsageMistake.
    """
    wanted = Wanted(request.rows, request.tables, request.operations, request.reasons)
    _check(request)
    if request.rerun_failed is not None:
        folder, outcomes, said = request.rerun_failed, request.outcomes, f"--rerun-failed {request.rerun_failed}"
        if outcomes is not None:
            said += f" --outcome {outcomes}"
    elif request.from_report is not None:
        folder, outcomes = request.from_report, request.outcomes
        said = f"--outcome {outcomes} --from {folder}"
    else:
        return wanted
    words = _words(outcomes or _TO_RERUN)
    try:
        document = load_document(folder)
    except BundleError as error:
        raise UsageMistake(str(error)) from error
    if document.role != request.role:
        raise UsageMistake(f"{folder} is a report of the role {document.role}, and this run is of {request.role}")
    earlier = _keys(document, words)
    if not earlier:
        raise UsageMistake(f"{folder}: no row of that report is {' or '.join(words)}: there is nothing to run")
    return replace(wanted, earlier=earlier, said=said)


def _check(request: Request) -> None:
    if request.outcomes is not None and request.rerun_failed is None and request.from_report is None:
        raise UsageMistake("--outcome selects by an earlier report: name its folder with --from DIR")
    if request.from_report is not None and request.outcomes is None:
        raise UsageMistake("--from DIR belongs to --outcome; --rerun-failed DIR runs what did not pass")
    if request.from_report is not None and request.rerun_failed is not None:
        raise UsageMistake("--from and --rerun-failed name one report each: leave one of them out")


def _words(outcomes: str) -> list[str]:
    known = [outcome.value for outcome in Outcome]
    words = [word.strip().casefold() for word in outcomes.split(",") if word.strip()]
    if not words:
        raise UsageMistake(f"--outcome selects nothing; outcomes are {', '.join(known)}")
    for word in words:
        if word not in known:
            raise UsageMistake(f"--outcome {word}: there is none such; outcomes are {', '.join(known)}")
    return words


def _keys(document: Document, words: list[str]) -> frozenset[Key]:
    rows = [*document.results, *([document.story] if document.story else [])]
    return frozenset((row.row, row.operation) for row in rows if row.outcome in words)

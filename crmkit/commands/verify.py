"""`crmkit verify`: runs the conformance suite, and says whether the target conforms."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from crmkit.suite.running.outcomes import ExitCode
from crmkit.suite.running.runner import Interrupted
from crmkit.verifying import execution
from crmkit.verifying.request import Request, UsageMistake

_INTERRUPTED = 130


def verify(
    target: Annotated[
        str | None, typer.Option(metavar="URL", help="The system under test; own servers are started without it.")
    ] = None,
    control: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The target's control API; rows that need it cannot be tested without."),
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What is known of the target (crmkit profile init writes one)."),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(metavar="ROLE", help="What the target is: adapter (the profile's role by default), or ivr."),
    ] = None,
    rows: Annotated[
        str | None, typer.Option(metavar="PATTERNS", help="Only these rows, for instance 5.1-13,5.1-2*.")
    ] = None,
    table: Annotated[
        str | None, typer.Option(metavar="PATTERNS", help="Only rows of these tables, for instance 5.1,6.*.")
    ] = None,
    operation: Annotated[
        str | None, typer.Option(metavar="PATTERNS", help="Only rows of these operations, for instance Created*.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="PATTERNS", help="Only rows that report these reasons, such as Invalid*.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="OUTCOMES", help="Only rows with these outcomes in the report of --from.")
    ] = None,
    from_report: Annotated[
        Path | None, typer.Option("--from", metavar="DIR", help="The earlier report that --outcome looks at.")
    ] = None,
    rerun_failed: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Only rows that failed, ended in error or could not be tested there."),
    ] = None,
    features: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Run your own scenarios too: every .feature file in this folder and below."),
    ] = None,
    only_features: Annotated[
        bool, typer.Option("--only-features", help="Run the scenarios of --features and no rows.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write report.html, report.json and all evidence into this folder."),
    ] = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Ask a person for what a target without a control API needs.")
    ] = False,
    interactive_json: Annotated[
        bool, typer.Option("--interactive-json", help="The same for a script: JSON lines on standard output and input.")
    ] = False,
    answer_seconds: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=604_800, help="How long a person may take to answer a question (900 by default)."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", help="Scenarios at once: 2 on own servers, else what the profile says (1)."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="SOAP workers of the own servers (1 by default).")
    ] = None,
    contract: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="TOML file that renames namespaces and soapActions of the contract."),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.1, help="How long the target may take for an answer (30 by default)."),
    ] = None,
) -> None:
    """Run the conformance suite against a target, or against the reference adapter.

    Exit code 0: conformant, or the selection passed; 1: not conformant; 2: usage; 3: incomplete; 4: target not
    reachable or harness broken.
    """
    request = Request(
        target=target,
        control=control,
        profile=profile,
        role=role,
        rows=rows,
        tables=table,
        operations=operation,
        reasons=reason,
        outcomes=outcome,
        from_report=from_report,
        rerun_failed=rerun_failed,
        features=features,
        only_features=only_features,
        report=report,
        interactive=interactive,
        interactive_json=interactive_json,
        answer_seconds=answer_seconds,
        jobs=jobs,
        workers=workers,
        contract=contract,
        timeout=timeout,
    )
    try:
        with _terminated_like_interrupted():
            code = execution.verify(request)
    except UsageMistake as mistake:
        for line in str(mistake).splitlines():
            typer.echo(f"crmkit verify: {line}", err=True)
        raise typer.Exit(ExitCode.USAGE) from None
    except (Interrupted, KeyboardInterrupt):
        typer.echo("crmkit verify: interrupted, no verdict", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    raise typer.Exit(code)


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: what scenarios arranged is undone, own servers are stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

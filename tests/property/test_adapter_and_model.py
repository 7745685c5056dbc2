"""Random calls, right and wrong, against the adapter and the model: no difference.

CRMKIT_MODEL_RUNS says how many runs (default 100, always the same ones). With CRMKIT_MODEL_SEED, a number or
`random`, they are others; the seed is printed.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

from adapter_inside import adapter_in
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from machine import AdapterAndModel

RUNS = int(os.environ.get("CRMKIT_MODEL_RUNS", "100"))
SEED = os.environ.get("CRMKIT_MODEL_SEED")
LONGEST_RUN = 30


def test_adapter_and_model_agree(tmp_path: Path) -> None:
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    class Counted(AdapterAndModel):
        on_step = staticmethod(count)

    chosen = settings(
        max_examples=RUNS,
        stateful_step_count=LONGEST_RUN,
        deadline=None,
        database=None,
        derandomize=SEED is None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    if SEED is not None:
        number = random.randrange(2**32) if SEED == "random" else int(SEED)
        print(f"CRMKIT_MODEL_SEED={number}")
        seed(number)(Counted)
    started = time.monotonic()
    with adapter_in(tmp_path / "data") as Counted.adapter:
        run_state_machine_as_test(Counted, settings=chosen)
    print(f"{RUNS} runs, {steps} steps, {time.monotonic() - started:.0f} s")
    assert steps > RUNS, "the runs are too short to find anything"

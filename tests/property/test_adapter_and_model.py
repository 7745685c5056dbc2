"""Random calls, right and wrong, against the adapter and the model: no difference.

CRMKIT_MODEL_RUNS says how many runs (default 100). They are the same ones each time, unless CRMKIT_MODEL_SEED says
otherwise: a number, or `random`; the seed is printed.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from adapter_inside import Adapter, adapter_in
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from machine import AdapterAndModel

RUNS = int(os.environ.get("CRMKIT_MODEL_RUNS", "100"))
LONGEST_RUN = 30
# Behind its first ten runs Hypothesis mostly varies what it has had, and a life of thirty steps varies little by that.
BATCH = 10


def _chosen_seed() -> int:
    given = os.environ.get("CRMKIT_MODEL_SEED", "0")
    return random.randrange(2**20) if given == "random" else int(given)


SEED = _chosen_seed()


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adapter]:
    print(f"CRMKIT_MODEL_SEED={SEED}")
    with adapter_in(tmp_path_factory.mktemp("model") / "data") as made:
        yield made


@pytest.mark.parametrize("batch", range(-(-RUNS // BATCH)))
def test_adapter_and_model_agree(adapter: Adapter, batch: int) -> None:
    class InThisAdapter(AdapterAndModel):
        pass

    InThisAdapter.adapter = adapter
    chosen = settings(
        max_examples=BATCH,
        stateful_step_count=LONGEST_RUN,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(SEED * 1000 + batch)(InThisAdapter), settings=chosen)

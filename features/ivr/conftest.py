"""Lets plain `pytest features/ivr` run against our own IVR."""

from collections.abc import Iterator

import pytest

from crmkit.suite.ivr.run import IvrRun
from crmkit.suite.running.recording import RUN
from crmkit.verifying.ivr_role import own_ivr_run


@pytest.fixture(scope="session")
def crmkit_run(request: pytest.FixtureRequest) -> Iterator[IvrRun]:
    """The run that `crmkit verify` made, or one against our own IVR."""
    if RUN in request.config.stash:
        run = request.config.stash[RUN]
        assert isinstance(run, IvrRun)
        yield run
        return
    if request.config.getoption("--target"):
        pytest.skip("--target is an adapter; for an IVR say crmkit verify --role ivr --target URL")
    with own_ivr_run() as run:
        yield run

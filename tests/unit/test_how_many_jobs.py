"""How many scenarios run at once, by what is asked for and what the target takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crmkit.profile.model import Profile
from crmkit.verifying import jobs
from crmkit.verifying.jobs import jobs_of
from crmkit.verifying.plan import Plan, make_plan
from crmkit.verifying.request import Request, UsageMistake


@pytest.fixture(autouse=True)
def processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_processors", lambda: 8)


USUAL = Request()


def plan(request: Request = USUAL, **target: object) -> Plan:
    made = make_plan(request)
    if not target:
        return made
    profile = Profile.model_validate({"target": {"base_url": "http://localhost:9", **target}})
    return replace(made, profile=profile)


def test_own_servers_by_default_take_what_is_fastest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert jobs_of(plan()) == 2
    # A second stack takes longer to start than a few scenarios.
    assert jobs_of(plan(Request(rows="5.1-13"))) == 1
    monkeypatch.setattr(jobs, "_processors", lambda: 1)
    assert jobs_of(plan()) == 1


def test_own_servers_take_as_many_as_are_asked_for() -> None:
    assert [jobs_of(plan(Request(jobs=number))) for number in (1, 2, 5)] == [1, 2, 5]
    assert jobs_of(plan(Request(rows="5.1-13", jobs=3))) == 3


def test_another_target_takes_what_its_profile_says() -> None:
    control = {"control": "http://localhost:8"}
    assert jobs_of(plan(parallel=4, **control)) == 4
    assert jobs_of(plan(**control)) == 1
    assert jobs_of(plan(Request(jobs=3), parallel=4, **control)) == 3
    with pytest.raises(UsageMistake, match=r"--jobs 5: the target takes 4 scenarios at once"):
        jobs_of(plan(Request(jobs=5), parallel=4, **control))


@pytest.mark.parametrize(
    ("request_", "target"),
    [
        # Without a control API it cannot be told whose tickets are stored, and a person does one thing at a time.
        (Request(jobs=2), {"parallel": 4}),
        (Request(jobs=2, interactive=True), {"parallel": 4, "control": "http://localhost:8"}),
        (Request(jobs=2, interactive_json=True), {"parallel": 4, "control": "http://localhost:8"}),
    ],
)
def test_some_take_one_at_a_time(request_: Request, target: dict[str, object]) -> None:
    with pytest.raises(UsageMistake, match=r"takes 1 scenario at once"):
        jobs_of(plan(request_, **target))
    assert jobs_of(plan(replace(request_, jobs=None), **target)) == 1


@pytest.mark.parametrize("number", [0, -1])
def test_no_jobs_at_all(number: int) -> None:
    with pytest.raises(UsageMistake, match=f"--jobs is 1 or more, not {number}"):
        jobs_of(plan(Request(jobs=number)))


def test_the_folder_of_own_servers_is_in_memory_where_there_is_room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from crmkit.launcher import layout

    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(layout, "_IN_MEMORY", tmp_path)
    assert layout.memory_folder() == str(tmp_path)
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    assert layout.memory_folder() is None
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setattr(layout, "_ENOUGH_BYTES", 1 << 62)
    assert layout.memory_folder() is None
    monkeypatch.setattr(layout, "_IN_MEMORY", tmp_path / "none")
    assert layout.memory_folder() is None

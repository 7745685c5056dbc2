"""What a target is: an adapter, or an IVR."""

from __future__ import annotations

from crmkit.profile.model import Profile
from crmkit.suite.running.feature_files import ADAPTER, IVR
from crmkit.verifying.request import Request, UsageMistake


def role_of(request: Request, profile: Profile | None) -> str:
    """The role that the command line or the profile says. Raises UsageMistake where they disagree, and for options that
    an IVR as target has no use for."""
    said = profile.role if profile is not None and request.profile is not None else None
    if request.role not in (None, ADAPTER, IVR):
        raise UsageMistake(f"--role is {ADAPTER} or {IVR}, not {request.role!r}")
    if said is not None and request.role is not None and said != request.role:
        raise UsageMistake(f'--role {request.role}, but the profile is of an {said}: say role = "{request.role}" in it')
    role = request.role or said or ADAPTER
    if role == IVR:
        _check(request)
    return role


def _check(request: Request) -> None:
    """An IVR has no control API, and the kit starts one process of its own."""
    for option, given in (
        ("--control", request.control),
        ("--workers", request.workers),
        ("--interactive", request.interactive or None),
        ("--interactive-json", request.interactive_json or None),
        ("--answer-seconds", request.answer_seconds),
    ):
        if given is not None:
            raise UsageMistake(f"{option} is for an adapter as target, not for --role ivr")

"""The profile of a run: the file that was given, and what the command line says instead."""

from __future__ import annotations

from crm_contract.contract import Contract, ContractError, load_contract, read_remapping, renamed_contract
from crmkit.profile.connecting import connection_of
from crmkit.profile.loading import ProfileError, load
from crmkit.profile.model import Profile, TargetSection
from crmkit.profile.vendor_wsdl import read_file, take_names
from crmkit.suite.access.target import BadUrl, Target, base_url
from crmkit.suite.access.vocabulary import REFERENCE, Vocabulary
from crmkit.suite.errors import HarnessError
from crmkit.suite.run import Settings
from crmkit.verifying.request import Request, UsageMistake

_CAPABILITIES = {
    "landbase": "landbase",
    "archive": "archive",
    "callbacks": "callbacks",
    "publisher": "publisher of callbacks",
    "ims": "IMS",
}


def profile_of(request: Request) -> Profile | None:
    """The profile that a request asks for; None for own servers. Raises UsageMistake."""
    if request.is_own:
        return None
    try:
        profile = load(request.profile) if request.profile else _of_url(request.target)
        target = profile.target.model_copy(update=_overriding(request))
        profile = profile.model_copy(update={"target": target})
        connection_of(profile)
    except (ProfileError, BadUrl) as error:
        raise UsageMistake(str(error)) from error
    return profile


def contract_of(profile: Profile) -> Contract:
    """The contract that the target speaks, by its contract file. Raises ContractError."""
    return load_contract(profile.target.contract)


def target_of(profile: Profile, contract: Contract) -> Target:
    """The target of a profile, spoken to in the contract, or in the target's own words where the profile has its
    WSDL. Raises UsageMistake for a WSDL that is none, HarnessError for one that cannot be fetched."""
    section, connection = profile.target, connection_of(profile)

    def fetch(place: str) -> bytes:
        if "://" not in place:
            return read_file(place)
        done = connection.exchange("GET", place, b"", None, section.answer_seconds)
        if done.answer is None or done.answer.status != 200:
            said = done.problem or f"HTTP {done.answer.status if done.answer else ''}"
            raise HarnessError(f"target.wsdl: {place} cannot be fetched: {said}")
        return done.answer.body

    try:
        if section.wsdl:
            names = take_names(section.wsdl.items(), fetch)
            namespaces, actions = read_remapping(section.contract) if section.contract else ({}, {})
            contract = renamed_contract({**namespaces, **names.namespaces}, {**actions, **names.actions}, "target.wsdl")
    except ContractError as error:
        raise UsageMistake(f"target.wsdl: {error}") from error
    base = base_url(section.base_url) if section.base_url else ""
    return Target(base, contract, section.answer_seconds, dict(section.endpoints), connection)


def settings_of(profile: Profile) -> Settings:
    """What the profile says of the target's configuration; the contract's defaults where it says nothing."""
    limits = profile.limits
    told = {name: frozenset(values) for name, values in profile.lists.model_dump(exclude_none=True).items()}
    known = {name: told.get(name, REFERENCE[name]) for name in REFERENCE}
    return Settings(limits.comment_limit, limits.input_crs, limits.model_crs, Vocabulary(known))


def lacks_of(profile: Profile) -> dict[str, str]:
    """By capability that the target does not have, the reason for which a scenario does not apply."""
    return {
        name: f"the profile says that the target has no {word} (capabilities.{name} = false)"
        for name, word in _CAPABILITIES.items()
        if not getattr(profile.capabilities, name)
    }


def _of_url(url: str | None) -> Profile:
    return Profile(target=TargetSection(base_url=base_url(url or "")))


def _overriding(request: Request) -> dict[str, object]:
    changes: dict[str, object] = {}
    if request.target is not None:
        changes |= {"base_url": base_url(request.target), "endpoints": {}}
    if request.control is not None:
        changes["control"] = base_url(request.control)
    if request.contract is not None:
        changes |= {"contract": request.contract, "wsdl": {}}
    if request.timeout is not None:
        changes["answer_seconds"] = request.timeout
    return changes

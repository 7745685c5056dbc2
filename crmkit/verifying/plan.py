"""What is to be run: everything that could be wrong with the command line has been looked at."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from crm_contract.contract import Contract, ContractError, load_contract
from crm_contract.ivr_use_cases import load_ivr_catalogue
from crm_contract.use_cases import OPERATIONS, Catalogue, load_catalogue
from crmkit.profile.model import Profile
from crmkit.suite.running.feature_files import (
    ADAPTER,
    IVR,
    FeatureError,
    ScenarioText,
    features_directory,
    read_features,
    tag_problems,
)
from crmkit.suite.running.selection import Key, SelectionError, choose, covered
from crmkit.verifying.earlier import wanted_of
from crmkit.verifying.own_features import OwnFeaturesError, read_own_features
from crmkit.verifying.profiles import contract_of, profile_of
from crmkit.verifying.request import Request, UsageMistake
from crmkit.verifying.roles import role_of


@dataclass(frozen=True)
class Plan:
    """A run that can begin."""

    request: Request
    contract: Contract
    catalogue: Catalogue
    folder: Path
    scenarios: list[ScenarioText]
    keys: list[Key]
    selected: frozenset[Key]
    # The user's own, beside those of the rows or instead of them.
    own: list[ScenarioText] = field(default_factory=list)
    # What is known of the target; None for own servers.
    profile: Profile | None = None


def make_plan(request: Request) -> Plan:
    """The plan of a request. Raises UsageMistake."""
    _check(request)
    try:
        profile = profile_of(request)
        request = replace(request, role=role_of(request, profile))
        contract = load_contract(request.contract) if profile is None else contract_of(profile)
        catalogue = load_ivr_catalogue() if request.role == IVR else load_catalogue()
        folder = features_directory(request.role or ADAPTER)
        scenarios = read_features(folder)
        if problems := tag_problems(scenarios, frozenset(row.id for row in catalogue), frozenset(OPERATIONS)):
            raise FeatureError(problems[0])
        keys = covered(catalogue, scenarios)
        selected = frozenset[Key]() if request.only_features else choose(wanted_of(request), catalogue, keys)
        own = read_own_features(request.features) if request.features else []
    except (ContractError, FeatureError, OwnFeaturesError, SelectionError) as error:
        raise UsageMistake(str(error)) from error
    _prepare_report(request.report)
    return Plan(request, contract, catalogue, folder, scenarios, keys, selected, own, profile)


def _check(request: Request) -> None:
    if request.control is not None and request.is_own:
        raise UsageMistake("--control belongs to a --target or a --profile; without one the suite starts own servers")
    if request.workers is not None and not request.is_own:
        raise UsageMistake("--workers is for own servers, not for a --target or a --profile")
    if request.workers is not None and request.workers < 1:
        raise UsageMistake(f"--workers is 1 or more, not {request.workers}")
    if request.only_features and request.features is None:
        raise UsageMistake("--only-features runs the features of a folder: name it with --features DIR")
    if request.only_features and request.selects_rows:
        raise UsageMistake("--only-features runs no rows: leave it out, or what selects rows")
    if request.report is not None and request.report.exists() and not request.report.is_dir():
        raise UsageMistake(f"--report {request.report} is not a folder")


def _prepare_report(folder: Path | None) -> None:
    """A report that cannot be written is better known before the run than after it."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageMistake(f"--report {folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK):
        raise UsageMistake(f"--report {folder}: no permission to write there")

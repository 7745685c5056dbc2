"""A mutant's composition root: the reference adapter's, with one wrong thing passed in."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

from lxml import etree

from crm_soap.front_door import FrontDoor
from crmkit.mutants.catalogue import MUTANTS, Mutant
from crmkit.mutants.effects import Mischief, MischievousStore
from reference_adapter.app import AdapterOptions, AdapterRules, build_soap_app
from reference_adapter.configuration.files import copy_shipped_files, error_file
from reference_adapter.logs import log_as_json
from reference_adapter.processes import die_with_parent
from reference_adapter.rules.registry import RuleBook

VARIABLE = "CRMKIT_MUTANT"
_RULES = {
    "CreatedTroubleTickets": "created",
    "ChangedTroubleTickets": "changed",
    "GetTroubleTickets": "get_tickets",
    "GetCallbacks": "get_callbacks",
    "CreatedCallBacksResults": "results",
}


def create_app() -> FrontDoor:
    """What granian calls in each worker."""
    die_with_parent()
    log_as_json()
    return build(MUTANTS[os.environ[VARIABLE]], AdapterOptions.from_environment())


def build(mutant: Mutant, options: AdapterOptions) -> FrontDoor:
    """The adapter with the mutant's one wrong thing."""
    folder = options.data / "mutants" / mutant.name
    shutil.rmtree(folder, ignore_errors=True)
    copy_shipped_files(folder)
    if mutant.report:
        _misreport(folder / error_file(mutant.operation), *mutant.report)
    rules, mischief = AdapterRules(), Mischief()
    if mutant.effect:
        of_operation: RuleBook = getattr(rules, _RULES[mutant.operation])
        wrong = of_operation.replacing({mutant.row: mutant.effect(of_operation[mutant.row].check, mischief)})
        rules = dataclasses.replace(rules, **{_RULES[mutant.operation]: wrong})
    return build_soap_app(
        options,
        rules=rules,
        configuration=folder,
        wrap_store=lambda honest: MischievousStore(honest, mischief),
    )


def _misreport(path: Path, name: str, attribute: str, value: str) -> None:
    tree = etree.parse(path)
    for error in tree.iterfind(f"Error[@name='{name}']"):
        error.set(attribute, value)
    tree.write(path, encoding="utf-8", xml_declaration=True)

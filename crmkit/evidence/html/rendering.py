"""The page from its templates, style sheet and script; see `render`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib import resources
from typing import Any, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crm_contract.ivr_use_cases import load_ivr_catalogue
from crm_contract.use_cases import load_catalogue
from crmkit.evidence.document import AspectWord, Document, RowEntry, ScenarioEntry
from crmkit.evidence.html import overview, wording
from crmkit.evidence.html.curl import as_scenario
from crmkit.evidence.html.scenario_view import WRONG, ScenarioView, scenario_view

# So few scenarios that a reader wants to see them at once; so many that of each row one is enough on paper.
_OPENED = 3
_PRINTED = 20
# The others are folded.
_MOST_WRONG = 10


def render(document: Document, messages: Mapping[str, bytes]) -> str:
    """The whole page: one file that loads nothing, neither from the network nor from the folder.

    `messages` are the bundle's files by their path in it, as the calls name them; the page has the ones that matter in
    it and links the others.
    """
    catalogue = load_ivr_catalogue() if document.role == "ivr" else load_catalogue()
    rows = overview.rows_of(document, catalogue)
    scenarios = _Scenarios(document, messages)
    selected = [row for row in rows if row.entry.outcome != "not-selected"]
    style, script = _source("report.css"), _source("report.js")
    return (
        _environment()
        .get_template("report.html")
        .render(
            document=document,
            policy=_policy(style, script),
            style=Markup(style),
            script=Markup(script),
            operations=overview.by_operation(rows),
            tables=overview.by_table(selected),
            selected=selected,
            table_names=list(dict.fromkeys(row.entry.table for row in rows)),
            unselected=overview.by_table(row for row in rows if row.entry.outcome == "not-selected"),
            wrong=overview.wrong(rows),
            wrong_besides=overview.wrong_besides(document),
            to_supply=overview.to_supply(rows),
            readings=overview.readings_seen(document, rows),
            settings=overview.settings(document.profile or {}),
            scenarios_of=scenarios.of,
            own=[scenarios.view(entry) for entry in document.own_scenarios],
        )
    )


class _Scenarios:
    """Views of scenarios; one that belongs to several rows is shown under the first and linked from the others."""

    def __init__(self, document: Document, messages: Mapping[str, bytes]) -> None:
        self._document = document
        self._messages = messages
        self._shown: set[str] = set()
        rows = [*document.results, *([document.story] if document.story else [])]
        scenarios = [*document.own_scenarios, *(each for row in rows for each in row.scenarios)]
        self._wrong = len([each for each in scenarios if each.outcome in WRONG])

    def of(self, row: RowEntry) -> list[ScenarioView]:
        views = [self.view(entry) for entry in row.scenarios]
        if self._wrong > _PRINTED:
            for view in [view for view in views if view.is_printed][1:]:
                view.is_printed = False
        return views

    def view(self, entry: ScenarioEntry) -> ScenarioView:
        view = scenario_view(entry, self._messages, self._document.profile)
        view.is_repeated = view.id in self._shown
        view.is_printed = entry.outcome in WRONG
        view.is_open = view.is_printed and self._wrong <= _OPENED
        self._shown.add(view.id)
        return view


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("crmkit.evidence.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {
        "words": wording.words,
        "explained": wording.explained,
        "party": wording.party,
        "duration": wording.seconds,
        "file_link": wording.file_link,
        "web_link": wording.web_link,
        "anchor": wording.anchor,
        "breakable": wording.breakable,
    }
    environment.globals |= {
        "ASPECTS": get_args(AspectWord),
        "MOST_WRONG": _MOST_WRONG,
        "as_scenario": as_scenario,
        "SIGNS": wording.SIGNS,
        "OUTCOMES": wording.OUTCOMES,
        "HELD_SIGNS": wording.HELD_SIGNS,
        "HELD_OUTCOMES": wording.HELD_OUTCOMES,
        "FIELD_OUTCOMES": wording.FIELD_OUTCOMES,
    }
    return environment


def _shown(value: Any) -> Any:
    """Every text that a template prints, without what a browser would act on."""
    return wording.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _source(name: str) -> str:
    return (resources.files("crmkit.evidence.html") / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """The page's content security policy: this style sheet, this script, and nothing else from anywhere."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

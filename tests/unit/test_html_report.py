"""The page as a whole: one file, safe whatever is in the document, everything where it belongs."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from sample_report import FAILED, FIXTURE, sample

from crmkit.evidence.document import Document
from crmkit.evidence.html import render

HOSTILE = "</pre></script></style>\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\0"
# What the document has a closed list for, and the files of the bundle.
CLOSED = {"outcome", "aspect", "held", "state", "role", "fields", "counts", "request", "response", "verdict"}
DATA = ("report.json", "junit.xml", "messages.ndjson", "manifest.json")
VOID = {"meta", "link", "input", "wbr", "br"}


class Page(HTMLParser):
    """The elements of a page, with a check that they are nested properly."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def text() -> str:
    return render(*sample())


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_it_is_one_document_that_loads_nothing(text: str, page: Page) -> None:
    assert text.startswith("<!DOCTYPE html>\n<html lang=")
    loading = {"img", "iframe", "object", "embed", "video", "audio", "base", "source"}
    assert not loading & {tag for tag, _ in page.elements}
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert not [attributes for _, attributes in page.elements if "src" in attributes or "style" in attributes]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text


def test_only_its_own_script_and_style_sheet_may_act(text: str, page: Page) -> None:
    (policy,) = [each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (source,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_hostile_texts_stay_texts() -> None:
    document, messages = sample()

    def spoilt(value: object, key: str = "") -> object:
        if key in CLOSED:
            return value
        if isinstance(value, dict):
            return {name: spoilt(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [spoilt(each, key) for each in value]
        return value + HOSTILE if isinstance(value, str) else value

    told = spoilt(document.model_dump(mode="json"))
    bad = render(Document.model_validate(told), {path: HOSTILE.encode() + body for path, body in messages.items()})
    page = Page(bad)
    assert len(page.all("script")) == 1
    assert not page.all("img")
    assert "\0" not in bad
    assert "\u202e" not in bad
    links = [each["href"] or "" for each in page.all("a")]
    assert not [link for link in links if not link.startswith(("#", "messages/", *DATA, "https://issues.example/"))]


def test_links_of_a_deviation_are_followed_to_the_web_only(page: Page, text: str) -> None:
    assert "https://issues.example/4711" in [each["href"] for each in page.all("a")]
    assert "javascript:x()" in text
    assert not [each for each in page.all("a") if (each["href"] or "").startswith("javascript")]


def test_every_link_inside_the_page_has_its_end_and_ids_are_unique(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = {(each["href"] or "")[1:] for each in page.all("a") if (each["href"] or "").startswith("#")}
    assert inside <= set(ids)
    assert FAILED in inside
    assert len([each for each in page.all("a") if "cell" in (each.get("class") or "")]) == 87


def test_files_of_the_bundle_are_linked(page: Page) -> None:
    links = {each["href"] for each in page.all("a")}
    assert "messages/5.1-13.CreatedTroubleTickets.request.xml" in links
    assert set(DATA) <= links


def test_headings_go_down_step_by_step(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_what_a_customer_asks_first_is_there(text: str) -> None:
    assert "Not conformant" in text
    assert "<b>2</b> failed" in text
    assert "a foreign system" in text
    assert "row rests on the word of a person" in text
    assert f"<b>{FIXTURE[:1].upper()}{FIXTURE[1:]}.</b> 2 rows" in text
    assert "ACME_PASSWORD" in text
    assert "c2VjcmV0OnNlY3JldA" not in text
    assert "InvalidTroubleCodeOf&lt;Customer&gt;" in text


def test_a_scenario_of_two_rows_is_shown_once() -> None:
    document, messages = sample()
    (first, second) = [row for row in document.results if row.row in ("5.1-14", "5.1-15")]
    second.scenarios = first.scenarios
    text = render(document, messages)
    assert text.count('id="scenario-5.1-14-CreatedTroubleTickets"') == 1
    Page(text)


def test_a_message_that_is_not_in_the_bundle_is_told() -> None:
    assert "The file is not in the bundle." in render(sample()[0], {})


def test_a_run_of_nothing_is_a_page_too() -> None:
    document = Document.model_validate(
        {
            "verdict": {"text": "incomplete", "exit_code": 3, "counts": {}},
            "target": None,
            "own_servers": True,
            "started": "2026-03-02T09:15:00Z",
            "seconds": 0.1,
            "results": [],
        }
    )
    assert "Incomplete" in render(document, {})


def test_a_whole_run_stays_small() -> None:
    """254 scenarios of 24 checks and 16 calls, which is what a run of all rows has."""
    document, messages = sample({})
    scenario = next(row for row in document.results if row.row == "5.1-13").scenarios[0]
    scenario.checks = (scenario.checks * 5)[:24]
    scenario.calls = [*scenario.calls[:2] * 5, *scenario.calls]
    for number, row in enumerate(document.results):
        row.scenarios = [scenario.model_copy(update={"id": f"{number}-{part}"}) for part in range(3)]
    document.results[0].scenarios = document.results[0].scenarios[:-7]
    text = render(document, messages)
    assert text.count('<details class="scenario') >= 254
    assert len(text.encode()) < 5_000_000


def test_what_looked_at_the_target_afterwards_is_told() -> None:
    document, messages = sample()
    text = render(document, messages)
    assert "<h6>What the target had afterwards</h6>" in text
    assert text.count("GET /tickets → 200, what the target had afterwards") == text.count('<svg class="sequence"')


def test_on_paper_what_went_wrong_is_unfolded_but_of_many_one_a_row() -> None:
    document, messages = sample()
    assert render(document, messages).count('<details class="scenario bad"') == 2
    row = next(row for row in document.results if row.row == "5.1-13")
    row.scenarios = [row.scenarios[0].model_copy(update={"id": f"many-{number}"}) for number in range(20)]
    assert render(document, messages).count('<details class="scenario bad"') == 2

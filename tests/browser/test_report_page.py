"""The report in a browser: nothing is loaded, links lead where they say, it fits a phone and paper."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pypdf
import pytest
from page import Page, write_bundle
from sample_report import FAILED, FIXTURE, sample
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

PASSED = "row-5.1-05-CreatedTroubleTickets"
SCENARIO = "scenario-5.1-05-CreatedTroubleTickets"
# The contrast of every text that is seen, with what is behind it (WCAG 2.2, relative luminance).
CONTRASTS = """
const channel = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
const behind = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const colour = parts(getComputedStyle(each).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const poor = {};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest("script, style")) continue;
  const style = getComputedStyle(element);
  const front = luminance(parts(element.closest("svg") ? style.fill : style.color));
  const back = luminance(behind(element));
  const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  if (ratio < 4.5) poor[`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`] = walker.currentNode.data;
}
return poor;
"""
# Boxes that reach out of the page; what scrolls by itself may.
TOO_WIDE = """
return [...document.querySelectorAll("body *")].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1 && !each.closest(".wide, nav, .spoken, .skip");
}).map((each) => each.tagName + "." + each.className);
"""


def test_nothing_is_loaded(page: Page) -> None:
    page.unfold()
    assert page.script("return performance.getEntriesByType('resource').length") == 0
    assert [url for url in page.requests() if not url.startswith("data:")] == []


def test_a_script_that_got_in_would_not_run(page: Page) -> None:
    page.script("const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)")
    assert page.script("return window.ran") is None
    assert "Content Security Policy" in page.errors()[0]


def test_hostile_texts_do_nothing(chromium: webdriver.Chrome, tmp_path: Path) -> None:
    document, messages = sample()
    hostile = "</pre></script></style><script>window.ran=1</script><img src=x onerror='window.ran=1'>"
    document.results[12].reason = document.results[12].title = hostile
    document.results[12].scenarios[0].checks[0].observed = hostile
    reply = document.results[12].scenarios[0].calls[3].response
    assert reply is not None
    messages[reply] = hostile.encode()
    page = Page(chromium, write_bundle(tmp_path, document, messages) / "report.html")
    page.open()
    page.unfold()
    assert page.script("return window.ran") is None
    assert page.script("return document.images.length") == 0
    assert page.errors() == []


def test_every_cell_leads_to_its_row(page: Page) -> None:
    for cell in page.all(".cell"):
        target = str(cell.get_attribute("href")).partition("#")[2]
        assert page.by_id(target).get_attribute("data-outcome") in str(cell.get_attribute("class"))
        row, _, operation = cell.get_attribute("data-row").removeprefix("row-").rpartition("-")  # type: ignore[union-attr]
        assert row in page.script("return arguments[0].textContent", cell)
        assert page.by_id(target).get_attribute("data-operation") == operation


def test_files_that_are_linked_are_there(page: Page, bundle: Path) -> None:
    links = page.script(
        "return [...document.querySelectorAll('a')].map(each => each.href).filter(each => !each.includes('#'))"
    )
    files = {Path(unquote(urlsplit(link).path)) for link in links if link.startswith("file:")}
    assert len(files) > 60
    wanted = {path for path in files if not path.name.startswith(("5.1-04.GetC", "7.1-04"))}
    assert [path for path in wanted if not path.is_file() and path.parent != bundle / "messages"] == []


def test_a_cell_opens_its_row_and_takes_the_focus_there(page: Page) -> None:
    assert not page.is_open(PASSED)
    page.find(f"[data-row='{PASSED}']").send_keys(Keys.ENTER)
    page.wait_for(f"document.getElementById('{PASSED}').open")
    assert page.script("return document.activeElement.parentElement.id") == PASSED
    page.wait_for(f"Math.abs(document.getElementById('{PASSED}').getBoundingClientRect().top) < 120")


@pytest.mark.parametrize("name", [PASSED, SCENARIO])
def test_a_permanent_link_opens_what_it_names(page: Page, name: str) -> None:
    page.open(name)
    assert page.is_open(name)
    assert page.is_open(PASSED)
    assert page.find(f"[id='{name}'] > summary").is_displayed()


def test_the_first_stop_of_the_keyboard_skips_to_the_rows(page: Page) -> None:
    page.find("body").send_keys(Keys.TAB)
    assert page.script("return document.activeElement.getAttribute('href')") == "#rows"


def test_the_deviating_element_is_marked(page: Page) -> None:
    marked = page.all(f"[id='{FAILED}'] pre mark")
    assert [each.text.strip() for each in marked] == ["<h:reason>InvalidTroubleCode</h:reason>"]
    assert "expected InvalidTroubleCodeOf<Customer>" in page.find(f"[id='{FAILED}'] pre .note").text


def test_the_line_for_a_shell_is_copied(page: Page) -> None:
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite"]})
    page.click(f"[id='{FAILED}'] .copy")
    page.wait_for(f"document.querySelector(\"[id='{FAILED}'] .copy\").textContent === 'Copied'")
    copied = page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert str(copied).startswith("curl --include --globoff --request POST --url https://crm.example/oms/")
    assert str(copied).endswith("--data-binary @messages/5.1-13.CreatedTroubleTickets.request.xml")


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_reaches_out_of_the_page(page: Page, width: int) -> None:
    page.look(width)
    page.open()
    page.unfold()
    assert page.script("const root = document.documentElement; return root.scrollWidth - root.clientWidth") == 0
    assert page.script(TOO_WIDE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(page: Page, scheme: str) -> None:
    page.look(1440, scheme)
    page.open("outcome=attested")
    page.unfold()
    assert page.script(CONTRASTS) == {}


def test_without_scripts_everything_can_be_read(page: Page) -> None:
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.open()
        assert not page.by_id("filters").is_displayed()
        assert not page.find(".copy").is_displayed()
        assert page.find(f"[id='{FAILED}'] .checks").is_displayed()
        summary = page.find(f"[id='{PASSED}'] > summary")
        assert not page.by_id(SCENARIO).is_displayed()
        summary.send_keys(Keys.ENTER)
        assert page.by_id(SCENARIO).is_displayed()
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("scripts", [True, False])
def test_a_print_has_the_verdict_and_what_failed(page: Page, scripts: bool) -> None:
    page.script("document.querySelectorAll('details').forEach(each => { each.open = false; })")
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    try:
        document = pypdf.PdfReader(io.BytesIO(page.printed()))
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    width, height = document.pages[0].mediabox.width, document.pages[0].mediabox.height
    assert (round(width), round(height)) in [(595, 842), (596, 842), (595, 841), (594, 841)]
    pages = [each.extract_text() for each in document.pages]
    whole = " ".join(" ".join(pages).split())
    assert "Not conformant" in pages[0]
    assert "2 failed" in pages[0]
    assert FIXTURE[1:] in whole
    for row in document_rows("failed"):
        assert row in whole
    assert "InvalidTroubleCodeOf<Customer>" in whole
    # The message itself and the line that replays it, which are folded on the screen.
    assert "<h:reason>InvalidTroubleCode</h:reason>" in whole
    assert "--data-binary @messages/5.1-13.CreatedTroubleTickets.request.xml" in whole
    assert f"1 of {len(pages)}" in pages[0]


def document_rows(outcome: str) -> list[str]:
    return [f"{row.row} {row.title}" for row in sample()[0].results if row.outcome == outcome]

"""Filters of the report filter, say so, and are in the URL."""

from __future__ import annotations

from page import Page
from sample_report import FAILED
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select


def choose(page: Page, outcome: str) -> None:
    page.click(f"#filters [value='{outcome}']")


def test_all_rows_are_shown_at_first(page: Page) -> None:
    assert page.by_id("shown").text == "87 of 87 rows shown"
    assert len(page.shown_rows()) == 87
    assert page.hash == ""


def test_outcomes_add_up(page: Page) -> None:
    choose(page, "failed")
    assert page.shown_rows() == [FAILED, "row-6.1-04-GetTroubleTickets"]
    assert page.by_id("shown").text == "2 of 87 rows shown"
    choose(page, "attested")
    assert page.by_id("shown").text == "3 of 87 rows shown"
    assert page.hash == "outcome=failed&outcome=attested"
    # Tables without rows to show are not shown either.
    assert [each.text for each in page.all("#rows h3") if each.is_displayed()] == ["Table 5.1", "Table 6.1"]


def test_filters_narrow_each_other(page: Page) -> None:
    Select(page.find("#filters [name=operation]")).select_by_visible_text("CreatedTroubleTickets")
    assert page.by_id("shown").text == "29 of 87 rows shown"
    page.find("#filters [name=text]").send_keys("lights out")
    Select(page.find("#filters [name=table]")).select_by_visible_text("5.1")
    shown = page.shown_rows()
    assert FAILED in shown
    assert len(shown) < 29
    assert page.hash == "operation=CreatedTroubleTickets&table=5.1&text=lights+out"
    page.find("#filters [name=text]").send_keys(" <nowhere>")
    assert page.by_id("shown").text == "0 of 87 rows shown"


def test_the_hash_restores_the_filters(page: Page) -> None:
    choose(page, "could-not-test")
    page.find("#filters [name=text]").send_keys("incident")
    before, address = page.shown_rows(), page.hash
    assert len(before) == 2
    page.open(address)
    assert page.shown_rows() == before
    assert page.find("#filters [value='could-not-test']").is_selected()
    assert page.find("#filters [name=text]").get_attribute("value") == "incident"


def test_a_hash_of_unknown_values_filters_nothing_out(page: Page) -> None:
    page.open("operation=Nothing&table=9.9&outcome=splendid")
    assert len(page.shown_rows()) == 87


def test_clearing_shows_all_and_empties_the_hash(page: Page) -> None:
    choose(page, "failed")
    page.click("#filters [type=reset]")
    assert len(page.shown_rows()) == 87
    assert page.hash == ""


def test_a_cell_whose_row_is_filtered_out_says_so_and_still_leads_there(page: Page) -> None:
    choose(page, "attested")
    cell = page.find(f"[data-row='{FAILED}']")
    assert "hidden" in str(cell.get_attribute("class"))
    page.click(f"[data-row='{FAILED}']")
    page.wait_for(f"!document.getElementById('{FAILED}').hidden")
    assert page.is_open(FAILED)


def test_going_back_restores_the_filters(page: Page) -> None:
    choose(page, "failed")
    page.click(f"[data-row='{FAILED}']")
    page.wait_for(f"location.hash === '#{FAILED}'")
    # The row passes the filter, which stays.
    assert len(page.shown_rows()) == 2
    page.driver.back()
    page.wait_for("location.hash === '#outcome=failed'")
    assert len(page.shown_rows()) == 2


def test_all_shown_rows_open_and_close_at_once(page: Page) -> None:
    choose(page, "passed")
    page.click("[data-open='true']")
    assert page.is_open("row-5.1-05-CreatedTroubleTickets")
    page.click("[data-open='false']")
    assert not page.is_open("row-5.1-05-CreatedTroubleTickets")


def test_rows_that_were_not_selected_can_be_found(page: Page) -> None:
    choose(page, "not-selected")
    (row,) = page.shown_rows()
    page.click(f"[data-row='{row}']")
    page.wait_for("document.getElementById('not-selected').open")
    assert page.driver.find_element(By.ID, row).is_displayed()

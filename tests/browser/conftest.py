"""A Chromium for the tests, and a bundle of the sample report for it to open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from page import Page, write_bundle
from sample_report import sample
from selenium import webdriver
from selenium.webdriver.chrome.service import Service


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One for all tests. Without it they are skipped, or fail where CRMKIT_REQUIRE_BROWSER is set."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        missing = "no chromium with chromedriver here (Debian: apt-get install chromium chromium-driver)"
        if os.environ.get("CRMKIT_REQUIRE_BROWSER"):
            pytest.fail(missing)
        pytest.skip(missing)
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    if os.geteuid() == 0:
        # As root, for instance in a container, Chromium does not start with its sandbox.
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield started
    finally:
        started.quit()


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample report's folder."""
    return write_bundle(tmp_path_factory.mktemp("bundle"), *sample())


@pytest.fixture
def page(chromium: webdriver.Chrome, bundle: Path) -> Iterator[Page]:
    """The report at desktop width, freshly opened; whoever uses it leaves no error in the console."""
    page = Page(chromium, bundle / "report.html")
    page.look(1440)
    page.open()
    yield page
    assert page.errors() == []

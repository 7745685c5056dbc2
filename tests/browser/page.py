"""A report that is open in a browser."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from crmkit.evidence.document import Document
from crmkit.evidence.html import render


def write_bundle(folder: Path, document: Document, messages: Mapping[str, bytes]) -> Path:
    """The page and the messages that it links."""
    (folder / "messages").mkdir(exist_ok=True)
    for path, content in messages.items():
        (folder / path).write_bytes(content)
    for name in ("report.json", "junit.xml", "messages.ndjson", "manifest.json"):
        (folder / name).touch()
    (folder / "report.html").write_text(render(document, messages), encoding="utf-8")
    return folder


class Page:
    """What tests do with the page and ask of it."""

    def __init__(self, driver: webdriver.Chrome, file: Path) -> None:
        self.driver = driver
        self.url = file.as_uri()

    def open(self, hash: str = "") -> None:
        """Load the page anew, with a hash."""
        self.driver.get("about:blank")
        self.errors()
        self.driver.get_log("performance")
        self.driver.get(self.url + (f"#{hash}" if hash else ""))

    def look(self, width: int, scheme: str = "light") -> None:
        """Set the width in pixels, and `light` or `dark`."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def script(self, code: str, *arguments: Any) -> Any:
        """Run code in the page and give what it returns."""
        return self.driver.execute_script(code, *arguments)

    def find(self, selector: str) -> WebElement:
        """The first element of a selector."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        """The elements of a selector."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def click(self, selector: str) -> None:
        """Click where nothing that sticks to the window's edge is in the way."""
        element = self.find(selector)
        self.script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def by_id(self, name: str) -> WebElement:
        """An element by its id."""
        return self.driver.find_element(By.ID, name)

    def wait_for(self, condition: str) -> None:
        """Wait until an expression of the page is true."""
        WebDriverWait(self.driver, 10, 0.05).until(lambda _: self.script(f"return Boolean({condition})"))

    @property
    def hash(self) -> str:
        """The URL's."""
        return str(self.script("return decodeURIComponent(location.hash.slice(1))"))

    def shown_rows(self) -> list[str]:
        """Ids of the rows that the filters let through."""
        code = "return [...document.querySelectorAll('#rows .row')].filter(e => !e.hidden).map(e => e.id)"
        return list(self.script(code))

    def is_open(self, name: str) -> bool:
        """Whether a row or a scenario is unfolded."""
        return bool(self.script("return document.getElementById(arguments[0]).open", name))

    def unfold(self) -> None:
        """Open everything."""
        self.script("document.querySelectorAll('details').forEach(each => { each.open = true; })")

    def errors(self) -> list[str]:
        """What the console has told since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """What was requested since the page was opened, but for the page itself."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if url.partition("#")[0] not in (self.url, "about:blank")]

    def printed(self) -> bytes:
        """The page as PDF, on the paper that its style sheet wants."""
        wanted = {"printBackground": True, "preferCSSPageSize": True}
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", wanted)["data"])

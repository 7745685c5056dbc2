"""The report of a real run against an adapter that gives a wrong code."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pypdf
import pytest
from page import Page
from selenium import webdriver

from crmkit.launcher.options import StackOptions
from crmkit.launcher.ports import pick_free
from crmkit.launcher.stack import Stack

ROW = "row-5.1-13-CreatedTroubleTickets"


@pytest.fixture(scope="module")
def report(chromium: webdriver.Chrome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page; the adapter is still there."""
    folder = tmp_path_factory.mktemp("run")
    (port,) = pick_free("127.0.0.1", 1)
    target = f"http://127.0.0.1:{port}"
    with Stack(StackOptions(data=folder / "data")) as urls:
        command = [sys.executable, "-m", "crmkit.mutants", "wrong-code-13", "--port", str(port)]
        command += ["--data", str(folder / "data"), "--landbase", urls.landbase]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stderr=log, start_new_session=True)
        try:
            wait_until_served(target)
            verify = [sys.executable, "-m", "crmkit.cli", "verify", "--target", target, "--control", urls.control]
            verify += ["--rows", "5.1-13,5.1-14,7.1-01", "--report", str(folder / "report")]
            ran = subprocess.run(verify, capture_output=True, text=True, timeout=120, check=False)
            assert ran.returncode == 1, ran.stdout + ran.stderr
            yield Page(chromium, folder / "report" / "report.html")
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def wait_until_served(target: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{target}/ReceiveTroubleTicketsService?wsdl", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the adapter did not start")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_it_is_whole(report: Page, width: int, scheme: str) -> None:
    report.look(width, scheme)
    report.open()
    assert report.find("h1").text == "✗ Not conformant"
    report.unfold()
    assert report.script("const root = document.documentElement; return root.scrollWidth - root.clientWidth") == 0
    links = report.script("return [...document.querySelectorAll('a')].map(each => each.href)")
    files = {Path(unquote(urlsplit(link).path)) for link in links if "#" not in link}
    assert len(files) > 20
    assert [file for file in files if not file.is_file()] == []
    ends = {str(link).partition("#")[2] for link in links if "#" in link}
    assert [end for end in ends if not report.script("return document.getElementById(arguments[0])", end)] == []
    assert report.errors() == []
    assert [url for url in report.requests() if not url.startswith("data:")] == []


def test_the_wrong_code_is_marked_in_the_reply(report: Page) -> None:
    report.look(1440)
    report.open(ROW)
    report.unfold()
    marks = [each.text.strip() for each in report.all(f"[id='{ROW}'] pre mark")]
    assert marks
    assert all(mark.startswith("<h:code>") and not mark.startswith("<h:code>2.7<") for mark in marks)
    assert "expected 2.7" in report.find(f"[id='{ROW}'] pre .note").text
    assert report.find(f"[id='{ROW}'] ul.fields .failed").text.split() == ["✗", "code", "failed"]


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_the_line_for_a_shell_gets_the_same_answer_again(report: Page) -> None:
    report.open(ROW)
    line = report.find(f"[id='{ROW}'] .curl pre").get_attribute("textContent")
    assert line is not None
    folder = Path(unquote(urlsplit(report.url).path)).parent
    ran = subprocess.run(["/bin/sh", "-c", line], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.startswith("HTTP/1.1 200")
    assert "InvalidTroubleCode" in ran.stdout
    assert "code>2.7<" not in ran.stdout


def test_a_print_of_it_has_what_failed(report: Page) -> None:

    report.open()
    text = " ".join(
        " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(report.printed())).pages).split()
    )
    assert "Not conformant" in text
    assert "5.1-13 Trouble codes that are not configured" in text
    assert "expected 2.7" in text

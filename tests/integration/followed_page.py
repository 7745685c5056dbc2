"""A page of docs/ that is followed literally: its files are saved, its commands run, what it prints is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SAVED = re.compile(r"\bas\s+`([^`\n]+)`[^`]*\Z")
_ANYTHING = "..."


@dataclass
class Block:
    """A block of the page. `file` is what it is to be saved as, `printed` what is said to be printed by it."""

    language: str
    text: str
    file: str | None = None
    printed: str | None = None


def blocks_of(page: str) -> list[Block]:
    """The page's blocks in their order; each text block belongs to the command before it."""
    found: list[Block] = []
    end = 0
    for match in _BLOCK.finditer(page):
        language, text = match.groups()
        before, end = page[end : match.start()], match.end()
        if language == "text":
            assert found[-1].language == "sh", f"nothing prints {text!r}"
            found[-1].printed = text
            continue
        saved = _SAVED.search(before)
        found.append(Block(language, text, saved[1] if saved else None))
    return found


def follow(
    blocks: list[Block], folder: Path, environment: Mapping[str, str], here: Callable[[str], str] = str
) -> list[subprocess.CompletedProcess[str]]:
    """Do what the blocks say, in a folder; `here` puts a test's own ports into a text of the page.

    Fails where something else is printed than the page says. The runs of its commands, in their order.
    """
    runs = []
    for block in blocks:
        if block.file is not None:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(here(block.text), encoding="utf-8")
        elif block.language == "sh":
            run = subprocess.run(
                ["bash", "-c", here(block.text)],
                cwd=folder,
                env=_environment(environment),
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            runs.append(run)
            if block.printed is not None:
                expect_printed(run.stdout + run.stderr, here(block.printed))
    return runs


def expect_printed(observed: str, said: str) -> None:
    """Line after line; `...` stands for anything, within a line and, alone in one, for any lines. Times may differ, and
    what is made up in every run.
    """
    parts = [re.escape(part) for part in _alike(said).split(_ANYTHING)]
    assert re.fullmatch(".*".join(parts), _alike(observed), re.DOTALL), f"{observed}\n--- is not what is said:\n{said}"


def _alike(text: str) -> str:
    timeless = re.sub(r" +\d+\.\d+ s\b", " 0.0 s", text)
    return re.sub(r"[0-9a-f]{8}-\d+-[0-9a-f]{4}", "00000000-0-0000", timeless)


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """With the commands of the environment that the tests run in."""
    commands = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", **more}

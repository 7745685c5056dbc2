"""docs/by-hand.md names everything that a person can be asked."""

from __future__ import annotations

import re
from pathlib import Path

from crmkit.byhand import stand_in

ROOT = Path(__file__).parents[2]
ITEM = re.compile(r'Item\(\s*"(?:do|look)",\s*"([a-z-]+)"')
NAMES = {
    "add-contact",
    "callback",
    "confirm-incident",
    "drop-caches",
    "let-time-pass",
    "log",
    "mark-automatic",
    "prefer-contact",
    "restore-clock",
    "send-callbacks",
    "ticket",
}
MADE_OF_PARTS = {
    "restore-incident",
    "close-incident",
    "archive-incident",
    "begin-slow-ims",
    "end-slow-ims",
    "begin-internal-error",
    "end-internal-error",
}


def test_the_page_names_what_is_asked() -> None:
    folder = Path(stand_in.__file__).parent
    asked = {name for path in folder.glob("*.py") for name in ITEM.findall(path.read_text(encoding="utf-8"))}
    page = (ROOT / "docs" / "by-hand.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", page))
    assert asked == NAMES
    assert told >= NAMES | MADE_OF_PARTS

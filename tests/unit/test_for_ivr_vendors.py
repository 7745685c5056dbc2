"""The page for vendors of an IVR: its profile is one, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from crmkit.profile.loading import load

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "for-ivr-vendors.md").read_text(encoding="utf-8")


def test_the_profile_of_the_page_is_one(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "ivr.toml").write_text(text, encoding="utf-8")
    profile = load(tmp_path / "ivr.toml")
    assert (profile.role, profile.limits.results_seconds) == ("ivr", 60)
    assert profile.listen.results is not None
    assert profile.listen.results.public_url == "http://kit.example.com:8092"


def test_the_links_of_the_page_lead_somewhere() -> None:
    for page, _, anchor in (link.partition("#") for link in re.findall(r"\]\(([^)]+)\)", PAGE)):
        text = (DOCS / page).read_text(encoding="utf-8")
        headings = {line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
        assert not anchor or anchor in headings

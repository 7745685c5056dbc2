"""docs/for-qa.md, followed literally."""

from __future__ import annotations

from pathlib import Path

from followed_page import DOCS, blocks_of, follow

PAGE = (DOCS / "for-qa.md").read_text(encoding="utf-8")


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    blocks = blocks_of(PAGE)
    *saved, copied = [block for block in blocks if block.language == "gherkin"]
    assert [block.file for block in saved] == ["mine/storm.feature"] * 3
    assert copied.file is None
    runs = follow(blocks, tmp_path, {})
    assert [run.returncode for run in runs] == [0, 1, 2, 0, 0, 0]
    written = (tmp_path / "mine" / "storm.feature").read_text(encoding="utf-8")
    assert [line for line in written.splitlines() if not line.startswith("  Recorded on ")] == copied.text.splitlines()
    assert (tmp_path / "report" / "report.html").is_file()

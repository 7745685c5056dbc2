"""The model that the adapter is held against is written from the decisions, and knows nothing of the kit."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

MODEL = Path(__file__).parents[1] / "model"


def imported(source: str) -> set[str]:
    """The top packages that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." if node.level else (node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", sorted(MODEL.glob("*.py")), ids=lambda path: path.stem)
def test_the_model_imports_only_itself_and_the_standard_library(path: Path) -> None:
    assert imported(path.read_text(encoding="utf-8")) <= {"model", *sys.stdlib_module_names}


def test_the_model_is_there() -> None:
    assert {path.stem for path in MODEL.glob("*.py")} >= {"created", "changed", "queried", "callbacks", "outages"}

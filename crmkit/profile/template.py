"""The profile that `crmkit profile init` writes: every key, commented, and valid as it is."""

from __future__ import annotations

from pathlib import Path

from crmkit.profile.loading import ProfileError
from crmkit.suite.replies.questions import QUESTIONS, by_decision

DEFAULT_FILE = Path("profile.toml")
_READINGS = "@READINGS@"
_TEMPLATE = Path(__file__).with_name("template.toml")


def text() -> str:
    """The template."""
    return _TEMPLATE.read_text(encoding="utf-8").replace(_READINGS, _readings())


def write(path: Path) -> None:
    """Write it into a new file. Raises ProfileError for one that is there, and one that cannot be written."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text())
    except FileExistsError:
        raise ProfileError(f"{path}: is there already, and is not overwritten: name another file") from None
    except OSError as error:
        raise ProfileError(f"{path}: cannot be written: {error.strerror or error}") from error


def _readings() -> str:
    """The readings that may be stated, as comments."""
    return "\n".join(
        f"#   {decision}: {reading}" for decision, known in by_decision(QUESTIONS).items() for reading in known
    )

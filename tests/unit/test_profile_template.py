"""The profile that `crmkit profile init` writes."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from crmkit.profile import schema, template
from crmkit.profile.loading import ProfileError, load, read
from crmkit.profile.mistakes import section_of
from crmkit.profile.model import Profile
from crmkit.suite.access.vocabulary import REFERENCE
from crmkit.suite.callbacks.results import RESULT_WORDS

_COMMENTED = re.compile(r"# (\[.*\]|[\w-]+ = .*)")


def everything() -> dict[str, Any]:
    """The template with all that it only shows taken for said."""
    lines = (match[1] if (match := _COMMENTED.fullmatch(line)) else line for line in template.text().splitlines())
    return tomllib.loads("\n".join(lines))


def keys(model: type[BaseModel], name: str = "") -> list[str]:
    """The names of all keys of a section and those below it."""
    found = []
    for key, field in model.model_fields.items():
        section = section_of(field.annotation)
        found += [f"{name}{key}"] if section is None else keys(section, f"{name}{key}.")
    return found


def keys_of(data: dict[str, Any], name: str = "") -> list[str]:
    found = []
    for key, value in data.items():
        inner = value[0] if isinstance(value, list) and isinstance(value[0], dict) else value
        is_section = isinstance(inner, dict) and f"{name}{key}" in SECTIONS
        found += keys_of(inner, f"{name}{key}.") if is_section else [f"{name}{key}"]
    return found


SECTIONS = {key.rpartition(".")[0] for key in keys(Profile)} | {"fixtures", "listen"}


def test_it_loads_as_it_is(tmp_path: Path) -> None:
    template.write(tmp_path / "mine.toml")
    profile = load(tmp_path / "mine.toml")
    assert profile.target.base_url == "http://localhost:8080"
    assert profile == read({"name": "our adapter", "target": {"base_url": "http://localhost:8080"}})


def test_it_shows_every_key_there_is() -> None:
    assert sorted(keys_of(everything())) == sorted(keys(Profile))


def test_what_it_shows_is_valid_and_says_the_values_that_hold_anyway() -> None:
    shown, unsaid = read(everything()), read({"target": {"base_url": "http://localhost:8080"}})
    assert (shown.limits, shown.capabilities, shown.role) == (unsaid.limits, unsaid.capabilities, unsaid.role)
    assert shown.target.answer_seconds == unsaid.target.answer_seconds
    assert shown.tls.verify == unsaid.tls.verify
    lists = {name: frozenset(values) for name, values in shown.lists.model_dump().items()}
    assert lists == {**REFERENCE, "callback_results": RESULT_WORDS}


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("precious")
    with pytest.raises(ProfileError, match=r"mine\.toml: is there already, and is not overwritten"):
        template.write(mine)
    assert mine.read_text() == "precious"
    with pytest.raises(ProfileError, match="cannot be written: No such file or directory"):
        template.write(tmp_path / "nowhere" / "mine.toml")


def test_the_published_schema_says_the_same() -> None:
    published = json.loads(schema.render())
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(everything(), published)
    jsonschema.validate(tomllib.loads(template.text()), published)
    with pytest.raises(jsonschema.ValidationError, match="base_ur"):
        jsonschema.validate({"target": {"base_ur": "http://localhost"}}, published)

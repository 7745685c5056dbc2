"""What is wrong with a profile's keys and values, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

_UNKNOWN = "extra_forbidden"
_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "path_type": "the path of a file",
}


def told(error: ValidationError, model: type[BaseModel]) -> str:
    """The first mistake, an unknown key before others: it may be the reason why another one is missing."""
    mistakes = error.errors(include_url=False)
    first = next((each for each in mistakes if each["type"] == _UNKNOWN), mistakes[0])
    place, kind = first["loc"], first["type"]
    key = name_of(place)
    if kind == _UNKNOWN:
        return f"{key}: unknown key{_meant(str(place[-1]), _known(model, place[:-1]))}"
    if kind == "missing":
        return f"{key} is missing"
    if kind in _WANTED:
        return f"{key} wants {_WANTED[kind]}"
    if kind == "literal_error":
        return f"{key} wants one of {first['ctx']['expected']}"
    message = first["msg"]
    return f"{key}: {message[:1].lower()}{message[1:]}"


def name_of(place: Sequence[str | int]) -> str:
    """A key as a reader of the file finds it: `fixtures.usage_points[2].mrid`, counted from 1."""
    name = ""
    for part in place:
        if isinstance(part, int):
            name += f"[{part + 1}]"
        else:
            name += f".{part}" if name else part
    return name


def _meant(given: str, known: Sequence[str]) -> str:
    close = get_close_matches(given, known, 1)
    if close:
        return f"; is {close[0]} meant?"
    return f"; known there: {', '.join(known)}" if known else ""


def _known(model: type[BaseModel], place: Sequence[str | int]) -> list[str]:
    """The keys of the section at a place."""
    for part in place:
        if isinstance(part, int):
            continue
        found = section_of(model.model_fields[part].annotation) if part in model.model_fields else None
        if found is None:
            return []
        model = found
    return list(model.model_fields)


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as `list[Deviation]` or `Listener | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := section_of(each)) is not None), None)

"""Reading configuration XML, with errors that name file, line and attribute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from lxml import etree

from reference_adapter.configuration.watched import ConfigurationError

V = TypeVar("V")
_LONGEST_SPAN = timedelta(days=3653)


def parse_root(content: bytes, path: Path, root: str) -> etree._Element:
    """The root element of a configuration file; raises ConfigurationError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        element = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ConfigurationError(f"{path}: is not well-formed: {error}") from error
    if element.tag != root:
        raise ConfigurationError(f"{path}: the root element is {element.tag}, not {root}")
    return element


def the_one(parent: etree._Element, tag: str, path: Path) -> etree._Element:
    """The one child of that name; raises ConfigurationError."""
    found = parent.findall(tag)
    if len(found) != 1:
        raise ConfigurationError(f"{path}:{parent.sourceline}: {parent.tag} needs exactly one {tag}")
    return found[0]


def attribute(element: etree._Element, name: str, path: Path) -> str:
    """A non-empty attribute; raises ConfigurationError."""
    value = element.get(name)
    if not value:
        raise ConfigurationError(f"{path}:{element.sourceline}: {element.tag} needs the attribute {name}")
    return value


def converted(element: etree._Element, name: str, path: Path, convert: Callable[[str], V]) -> V:
    """An attribute converted from its text; raises ConfigurationError."""
    text = attribute(element, name, path)
    try:
        return convert(text)
    except (ValueError, KeyError) as error:
        raise ConfigurationError(f"{path}:{element.sourceline}: {element.tag}/@{name} cannot be {text!r}") from error


def boolean(text: str) -> bool:
    """`true` or `false`; raises ValueError."""
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def positive(text: str) -> float:
    """A number above zero; raises ValueError."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


def seconds(text: str) -> timedelta:
    """A time span above zero and up to ten years, given in seconds; raises ValueError."""
    return _span(timedelta(seconds=1), text)


def minutes(text: str) -> timedelta:
    """A time span above zero and up to ten years, given in minutes; raises ValueError."""
    return _span(timedelta(minutes=1), text)


def share(text: str) -> float:
    """A share from 0 to 1; raises ValueError."""
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError(text)
    return number


def priorities(text: str) -> frozenset[int]:
    """Customer priorities, 0 to 6, joined by commas; raises ValueError."""
    numbers = frozenset(int(part) for part in text.split(","))
    if not numbers <= frozenset(range(7)):
        raise ValueError(text)
    return numbers


def hours(text: str) -> timedelta:
    """A time span above zero and up to ten years, given in hours; raises ValueError."""
    return _span(timedelta(hours=1), text)


def _span(unit: timedelta, text: str) -> timedelta:
    # More would lead out of the years that a datetime holds.
    number = positive(text)
    if number > _LONGEST_SPAN / unit:
        raise ValueError(text)
    return number * unit


def count(text: str) -> int:
    """A whole number above zero; raises ValueError."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number

"""Payload objects from elements and back, by the element names that the classes declare.

A payload class is a dataclass whose fields are declared, in the schema's order, by `text`, `flag`, `one` and
`many`. Texts stay as the message spells them: dates and numbers are judged by rules, which quote what was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Generic, TypeVar

from lxml import etree

from crm_contract.values import escape, parse_boolean

T = TypeVar("T")
_TEXT, _FLAG, _ONE, _MANY = "text", "flag", "one", "many"


@dataclass(frozen=True, slots=True)
class _Declared:
    tag: str
    kind: str
    of: type[Any] | None = None


def text(tag: str) -> Any:
    """A simple element, kept as its text; None when absent."""
    return field(default=None, metadata={"declared": _Declared(tag, _TEXT)})


def flag(tag: str) -> Any:
    """An xs:boolean element; None when absent."""
    return field(default=None, metadata={"declared": _Declared(tag, _FLAG)})


def one(tag: str, of: type[Any]) -> Any:
    """A complex element that may stand once; None when absent."""
    return field(default=None, metadata={"declared": _Declared(tag, _ONE, of)})


def many(tag: str, of: type[Any]) -> Any:
    """A complex element that may repeat; an empty list when absent."""
    return field(default_factory=list, metadata={"declared": _Declared(tag, _MANY, of)})


class Codec(Generic[T]):
    """Reads and writes one payload class in one namespace; built once, used for every message."""

    def __init__(self, cls: type[T], namespace: str) -> None:
        self._cls: Callable[[], T] = cls
        self._readers: dict[str, tuple[str, str, Codec[Any] | None]] = {}
        self._writers: list[tuple[str, str, str, Codec[Any] | None]] = []
        for item in fields(cls):  # type: ignore[arg-type]
            declared: _Declared = item.metadata["declared"]
            inner = Codec(declared.of, namespace) if declared.of else None
            self._readers[f"{{{namespace}}}{declared.tag}"] = (item.name, declared.kind, inner)
            self._writers.append((item.name, declared.tag, declared.kind, inner))

    def decode(self, element: etree._Element) -> T:
        """The object of an element that the schema has validated; elements of other namespaces are passed over."""
        result = self._cls()
        readers = self._readers
        for child in element:
            reader = readers.get(child.tag)
            if reader is None:
                continue
            name, kind, inner = reader
            if inner is None:
                content = child.text or ""
                setattr(result, name, content if kind is _TEXT else parse_boolean(content))
            elif kind is _MANY:
                getattr(result, name).append(inner.decode(child))
            else:
                setattr(result, name, inner.decode(child))
        return result

    def encode(self, value: T, prefix: str) -> str:
        """The XML of an object's elements, in the schema's order, without an element of its own around them."""
        parts: list[str] = []
        for name, tag, kind, inner in self._writers:
            content = getattr(value, name)
            if content is None:
                continue
            if kind is _TEXT:
                parts.append(f"<{prefix}:{tag}>{escape(content)}</{prefix}:{tag}>")
            elif kind is _FLAG:
                parts.append(f"<{prefix}:{tag}>{'true' if content else 'false'}</{prefix}:{tag}>")
            elif inner is not None:
                for each in content if kind is _MANY else (content,):
                    parts.append(f"<{prefix}:{tag}>{inner.encode(each, prefix)}</{prefix}:{tag}>")
        return "".join(parts)

"""Takes customers out of a bundle: names, telephone numbers, e-mail addresses, addresses and positions.

What is found in the places where such things stand is replaced everywhere, also in free texts. A name that stands in a
free text and nowhere else cannot be told from other words. Ids, codes, reasons and mRIDs stay.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import quote, unquote

from crmkit.evidence import personal
from crmkit.evidence.bundle import Bundle
from crmkit.evidence.document import AspectWord, Document, HeldWord, OutcomeWord, VerdictEntry
from crmkit.evidence.personal import Visitor
from crmkit.evidence.pseudonyms import Kind, Pseudonyms, emails_in, phones_in

_DECLARED = re.compile(rb"""^<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_TAG = re.compile(r"(<[^<>]*>)")


@dataclass(frozen=True)
class Redacted:
    """A bundle without customers, and what stood for them: to look for what is left."""

    bundle: Bundle
    pseudonyms: Pseudonyms


def redact(bundle: Bundle) -> Redacted:
    """The same bundle without customers. The same value has the same replacement everywhere."""
    names = Pseudonyms(_plain_text())
    looking = Visitor(names.find, lambda text: _look(text, names))
    _walk(bundle, looking, lambda text: text)
    replacing = Visitor(names.instead, names.out_of, names.of_known)
    return Redacted(_walk(bundle, replacing, names.out_of), names)


def _walk(bundle: Bundle, visitor: Visitor, rest: Callable[[str], str]) -> Bundle:
    messages = {name: _message(content, visitor, rest) for name, content in bundle.messages.items()}
    told = _in_document(bundle.document.model_dump(mode="json"), visitor, rest)
    return Bundle(Document.model_validate(told), messages)


def _in_document(told: dict[str, Any], visitor: Visitor, rest: Callable[[str], str]) -> dict[str, Any]:
    rows = [*told["results"], *([told["story"]] if told["story"] else [])]
    for scenario in [scenario for row in rows for scenario in row["scenarios"]] + told["own_scenarios"]:
        for step in scenario["steps"]:
            if step["table"]:
                step["table"] = personal.in_table(step["table"], visitor)
        for check in scenario["checks"]:
            for side in ("expected", "observed"):
                check[side] = personal.in_observed(check["field"], check[side], visitor)
        for call in scenario["calls"]:
            call["url"] = _in_url(call["url"], rest)
    if told["profile"]:
        told["profile"] = personal.in_profile(told["profile"], visitor)
    told["features"] = {path: _in_feature(text, visitor) for path, text in told["features"].items()}
    made: dict[str, Any] = _in_strings(told, rest)
    return made


def _in_strings(value: Any, rest: Callable[[str], str], rest_of_key: Callable[[str], str] = str) -> Any:
    if isinstance(value, dict):
        return {rest_of_key(key): _in_strings(part, rest, rest_of_key) for key, part in value.items()}
    if isinstance(value, list):
        return [_in_strings(part, rest, rest_of_key) for part in value]
    return rest(value) if isinstance(value, str) else value


def _in_feature(text: str, visitor: Visitor) -> str:
    """A feature's tables as those of steps, so that the two still agree."""
    lines, head = [], list[str]()
    for line in text.split("\n"):
        cells = re.split(r"(?<!\\)\|", line)
        if len(cells) < 3 or cells[0].strip():
            head = []
        elif not head:
            head = [cell.strip() for cell in cells]
        else:
            made = [
                cell.replace(cell.strip(), personal.in_cell(name, cell.strip(), visitor)) if cell.strip() else cell
                for name, cell in zip(head, cells, strict=False)
            ]
            line = "|".join(made)
        lines.append(line)
    return "\n".join(lines)


def _in_url(url: str | None, rest: Callable[[str], str]) -> str | None:
    if url is None:
        return None
    plain = unquote(url.replace("+", " "))
    made = rest(plain)
    return url if made == plain else quote(made, safe=":/?&=#,;@%[]")


def _message(content: bytes, visitor: Visitor, rest: Callable[[str], str]) -> bytes:
    text, encoding = _decoded(content)
    try:
        told = json.loads(text)
    except ValueError:
        made = _in_markup(personal.in_xml(text, visitor), rest) if "<" in text else rest(visitor.visit_text(text))
        return content if made == text else made.encode(encoding, "xmlcharrefreplace")
    changed = _in_strings(personal.in_json(told, visitor), rest, rest)
    return content if changed == told else json.dumps(changed, ensure_ascii=False).encode()


def _in_markup(text: str, rest: Callable[[str], str]) -> str:
    """Tags stay; text between them is replaced whatever its characters are escaped as."""
    parts = []
    for part in _TAG.split(text):
        plain = html.unescape(part)
        made = plain if part.startswith("<") and not part.startswith("<!") else rest(plain)
        parts.append(part if made == plain else html.escape(made, quote=False))
    return "".join(parts)


def _decoded(content: bytes) -> tuple[str, str]:
    declared = _DECLARED.match(content)
    for encoding in (declared[1].decode() if declared else "utf-8", "utf-8"):
        try:
            return content.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1"), "latin-1"


def _look(text: str, names: Pseudonyms) -> str:
    for email in emails_in(text):
        names.find(Kind.EMAIL, email)
    for phone in phones_in(text):
        names.find(Kind.PHONE, phone)
    return text


def _plain_text() -> str:
    """All that a report says without any run: its words are nobody's name."""
    verdict = VerdictEntry(text="", exit_code=0, counts={})
    empty = Document(verdict=verdict, own_servers=True, started="2000-01-01T00:00:00+00:00", seconds=0, results=[])
    files = Bundle(empty, {}).files()
    words = [word for kind in (AspectWord, HeldWord, OutcomeWord) for word in get_args(kind)]
    return "\n".join([*words, *(html.unescape(content.decode()) for content in files.values())])

"""Messages as a reader wants them: indented, names in bold, the elements that a check is about marked.

The page shows a rearranged text; the file in messages/ has the bytes. Nothing here trusts a message: it is parsed
without entities and network, and every character of it is escaped.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree
from markupsafe import Markup, escape

from crmkit.evidence.html.wording import clean

# A tab, so that the style sheet says how wide it is.
_INDENT = "\t"
_LONGEST_VALUE = 1200
_LARGEST_PARSED = 2 << 20
_KEPT_ROUND_A_MARK = 6
_MOST_MARKED = 6
_STEP = re.compile(r"(?P<name>[^\[\]/]+)(?:\[(?P<position>\d+)\])?")


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message on the page. `left_out` is how many lines of it are not shown, `marked` how many places are marked."""

    text: Markup
    left_out: int = 0
    marked: int = 0


@dataclass(slots=True)
class _Line:
    text: Markup
    is_marked: bool = False


def view(body: bytes, marks: Mapping[str, str] | None = None, most_lines: int = 400) -> MessageView:
    """A message, at most about `most_lines` of it. `marks` are notes by the path of the element that they are about.

    A path is that of `crmkit.suite.evidence.Check.element`. Where the message has no such element, the note stands at
    the innermost one that it has.
    """
    root = _parsed(body)
    if root is None:
        return _of_lines([_Line(escape(_shortened(line))) for line in _plain(body)], most_lines, 0)
    notes: dict[etree._Element, list[str]] = {}
    for path, note in (marks or {}).items():
        element, missing = find(root, path)
        notes.setdefault(element, []).append(f"no {missing} here; {note}" if missing else note)
    lines: list[_Line] = []
    _write(root, 0, notes, lines)
    return _of_lines(lines, most_lines, sum(len(each) for each in notes.values()))


def find(root: etree._Element, path: str) -> tuple[etree._Element, str | None]:
    """The element of a path, or the innermost one on the way to it and the name of what is missing there.

    A path starts below the message's element, at it, or at any element inside the SOAP body; prefixes do not count.
    """
    steps = [step for step in path.strip("/").split("/") if step]
    best, reached = root, 0
    for start in _starts(root):
        element, count = _walk(start, steps)
        if count > reached:
            best, reached = element, count
    if reached == len(steps):
        return best, None
    return (best if reached else _starts(root)[0]), "/".join(steps[reached:])


def _starts(root: etree._Element) -> list[etree._Element]:
    """Elements whose children a path may start with, the likeliest first."""
    bodies = [each for each in _children(root) if _name(each) == "Body"] if _name(root) == "Envelope" else []
    messages = [message for body in bodies for message in _children(body)]
    return [*messages, *bodies, root, *(inner for message in messages for inner in message.iter(etree.Element))]


def _walk(start: etree._Element, steps: Sequence[str]) -> tuple[etree._Element, int]:
    element = start
    for count, step in enumerate(steps):
        match = _STEP.fullmatch(step)
        name = match["name"].rpartition(":")[2] if match else step
        position = int(match["position"] or 1) if match else 1
        found = [child for child in _children(element) if _name(child) == name]
        if not 1 <= position <= len(found):
            return element, count
        element = found[position - 1]
    return element, len(steps)


def _children(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _parsed(body: bytes) -> etree._Element | None:
    if body.lstrip()[:1] != b"<" or len(body) > _LARGEST_PARSED:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    # What declares entities is shown as it is.
    return None if b"<!DOCTYPE" in body else root


def _plain(body: bytes) -> list[str]:
    text = body[:_LARGEST_PARSED].decode("utf-8", "replace")
    if text.lstrip()[:1] in ("{", "["):
        with contextlib.suppress(ValueError, RecursionError):
            text = json.dumps(json.loads(text), indent=_INDENT, ensure_ascii=False)
    return clean(text).splitlines()


def _write(
    element: etree._Element, depth: int, notes: Mapping[etree._Element, Sequence[str]], lines: list[_Line]
) -> None:
    margin = _INDENT * depth
    first = len(lines)
    children = list(element)
    mixed = any((child.tail or "").strip() for child in children) or (children and (element.text or "").strip())
    if mixed:
        source = etree.tostring(element, encoding="unicode", with_tail=False)
        lines += [_Line(escape(margin + _shortened(line))) for line in clean(source).splitlines()]
    elif not children:
        lines.append(_Line(Markup("{}{}").format(margin, _leaf(element))))
    else:
        lines.append(_Line(Markup("{}{}").format(margin, _opening(element, ">"))))
        for child in children:
            if isinstance(child.tag, str):
                _write(child, depth + 1, notes, lines)
            else:
                source = clean(etree.tostring(child, encoding="unicode", with_tail=False))
                lines += [_Line(escape(_INDENT * (depth + 1) + _shortened(each))) for each in source.splitlines()]
        lines.append(_Line(Markup("{}<b>&lt;/{}></b>").format(margin, _tag(element))))
    if element in notes:
        # Of a large element the tags are enough.
        written = lines[first:]
        for line in written if len(written) <= _MOST_MARKED else (written[0], written[-1]):
            line.text = Markup("<mark>{}</mark>").format(line.text) if not line.is_marked else line.text
            line.is_marked = True
        lines[first].text += Markup('<em class="note"> ◀ {}</em>').format(_shortened(clean("; ".join(notes[element]))))


def _leaf(element: etree._Element) -> Markup:
    value = _shortened(clean(element.text or ""))
    if not value:
        return _opening(element, "/>")
    return _opening(element, ">") + Markup("{}<b>&lt;/{}></b>").format(value, _tag(element))


def _opening(element: etree._Element, end: str) -> Markup:
    attributes = _attributes(element)
    if not attributes:
        return Markup("<b>&lt;{}{}</b>").format(_tag(element), Markup(end))
    return Markup("<b>&lt;{}</b>{}<b>{}</b>").format(_tag(element), attributes, Markup(end))


def _tag(element: etree._Element) -> str:
    return clean(f"{element.prefix}:{_name(element)}" if element.prefix else _name(element))


def _attributes(element: etree._Element) -> Markup:
    parent = element.getparent()
    known = parent.nsmap if parent is not None else {}
    declared: dict[str, str] = {
        f"xmlns:{prefix}" if prefix else "xmlns": uri
        for prefix, uri in element.nsmap.items()
        if known.get(prefix) != uri
    }
    prefixes = {uri: prefix for prefix, uri in element.nsmap.items() if prefix}
    prefixes["http://www.w3.org/XML/1998/namespace"] = "xml"
    for key, value in element.attrib.items():
        name = etree.QName(key)
        local = f"{prefixes.get(name.namespace)}:{name.localname}" if name.namespace else name.localname
        declared[local] = str(value)
    return Markup("").join(
        Markup(" {}=<i>&quot;{}&quot;</i>").format(clean(str(name)), _shortened(clean(str(value))))
        for name, value in declared.items()
    )


def _shortened(value: str) -> str:
    if len(value) <= _LONGEST_VALUE:
        return value
    return f"{value[:_LONGEST_VALUE]}… ({len(value):,} characters)"


def _of_lines(lines: list[_Line], most_lines: int, marked: int) -> MessageView:
    if len(lines) <= most_lines:
        return MessageView(Markup("\n").join(line.text for line in lines), 0, marked)
    shown = set(range(most_lines * 3 // 4)) | set(range(len(lines) - most_lines // 4, len(lines)))
    for place, line in enumerate(lines):
        if line.is_marked and len(shown) < 2 * most_lines:
            shown |= set(range(max(place - _KEPT_ROUND_A_MARK, 0), min(place + _KEPT_ROUND_A_MARK + 1, len(lines))))
    parts: list[Markup] = []
    before = -1
    for place in sorted(shown):
        if place != before + 1:
            parts.append(Markup('<em class="note">⋮ {} lines left out</em>').format(f"{place - before - 1:,}"))
        parts.append(lines[place].text)
        before = place
    return MessageView(Markup("\n").join(parts), len(lines) - len(shown), marked)

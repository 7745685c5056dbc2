"""Messages as a reader wants them: indented, names in bold, the elements that a check is about marked.

The page shows a rearranged text; the file in messages/ has the bytes. Nothing here trusts a message: it is parsed
without entities and network, and every character of it is escaped.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree
from markupsafe import Markup, escape

from crmkit.evidence.html.wording import clean

# A tab, so that the style sheet says how wide it is.
_INDENT = "\t"
_LONGEST_VALUE = 1200
_LARGEST_PARSED = 2 << 20
_MOST_MARKED = 6
_STEP = re.compile(r"(?P<name>[^\[\]/]+)(?:\[(?P<position>\d+)\])?")


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message on the page: how many lines or elements of it are not shown, how many notes are in it."""

    text: Markup
    left_out: int = 0
    marked: int = 0


def view(body: bytes, marks: Mapping[str, str] | None = None, most_lines: int = 400) -> MessageView:
    """A message, at most about `most_lines` of it. `marks` are notes by the path of the element that they are about.

    A path is that of `crmkit.suite.evidence.Check.element`. Where the message has no such element, the note stands at
    the innermost one that it has.
    """
    root = _parsed(body)
    if root is None:
        return _of_text(_plain(body), most_lines)
    notes: dict[etree._Element, list[str]] = {}
    for path, note in (marks or {}).items():
        element, missing = find(root, path)
        notes.setdefault(element, []).append(f"no {missing} here; {note}" if missing else note)
    writer = _Writer(notes, most_lines)
    writer.write(root, 0)
    marked = sum(len(each) for each in notes.values())
    return MessageView(Markup("\n").join(writer.lines), writer.left_out, marked)


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
    return (best if reached else next(_starts(root))), "/".join(steps[reached:])


def _starts(root: etree._Element) -> Iterator[etree._Element]:
    """Elements whose children a path may start with, the likeliest first."""
    bodies = [each for each in _children(root) if _name(each) == "Body"] if _name(root) == "Envelope" else []
    messages = [message for body in bodies for message in _children(body)]
    yield from (*messages, *bodies, root)
    for message in messages:
        yield from message.iter(etree.Element)


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


class _Writer:
    """Writes elements as lines. Once there are enough, only elements that are marked, or have marked ones in them."""

    def __init__(self, notes: Mapping[etree._Element, Sequence[str]], most_lines: int) -> None:
        self.lines: list[Markup] = []
        self.left_out = 0
        self._notes = notes
        self._most_lines = most_lines
        self._kept = {each for noted in notes for each in (noted, *noted.iterancestors())}

    def write(self, element: etree._Element, depth: int) -> None:
        """An element with everything in it."""
        first = len(self.lines)
        children = list(element)
        if any((each or "").strip() for each in (*(child.tail for child in children), children and element.text)):
            # Text beside elements: its spaces count.
            self._write_source(element, depth)
        elif children:
            self._add(depth, _opening(element, ">"))
            self._write_children(children, depth + 1)
            self._add(depth, Markup("<b>&lt;/{}></b>").format(_tag(element)))
        else:
            self._add(depth, _leaf(element))
        if element in self._notes:
            self._mark(first, "; ".join(self._notes[element]))

    def _write_children(self, children: Sequence[etree._Element], depth: int) -> None:
        skipped = 0
        for child in children:
            if len(self.lines) >= self._most_lines and child not in self._kept:
                skipped += 1
                continue
            self._tell_skipped(skipped, depth)
            skipped = 0
            if isinstance(child.tag, str):
                self.write(child, depth)
            else:
                self._write_source(child, depth)
        self._tell_skipped(skipped, depth)

    def _tell_skipped(self, count: int, depth: int) -> None:
        if count:
            self.left_out += count
            self._add(depth, Markup('<em class="note">⋮ {} more left out</em>').format(f"{count:,}"))

    def _write_source(self, element: etree._Element, depth: int) -> None:
        source = clean(str(etree.tostring(element, encoding="unicode", with_tail=False)))
        for line in source.splitlines():
            self._add(depth, escape(_shortened(line)))

    def _add(self, depth: int, text: Markup) -> None:
        self.lines.append(_INDENT * depth + text)

    def _mark(self, first: int, note: str) -> None:
        # Of a large element the tags are enough.
        last = len(self.lines) - 1
        for place in range(first, last + 1) if last - first < _MOST_MARKED else (first, last):
            if "<mark>" not in self.lines[place]:
                self.lines[place] = Markup("<mark>{}</mark>").format(self.lines[place])
        self.lines[first] += Markup('<em class="note"> ◀ {}</em>').format(_shortened(clean(note)))


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


def _of_text(text: Sequence[str], most_lines: int) -> MessageView:
    """Lines of what is no XML, without the middle where there are too many."""
    lines = [escape(_shortened(line)) for line in text]
    left_out = max(len(lines) - most_lines, 0)
    if left_out:
        head = most_lines * 3 // 4
        told = Markup('<em class="note">⋮ {} lines left out</em>').format(f"{left_out:,}")
        lines[head : head + left_out] = [told]
    return MessageView(Markup("\n").join(lines), left_out)

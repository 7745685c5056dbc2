"""How the page names things: signs and words for outcomes, anchors, texts that are safe to show."""

from __future__ import annotations

import re
from urllib.parse import quote

from markupsafe import Markup, escape

# In the order in which a reader wants to know of them.
OUTCOMES = ("failed", "error", "could-not-test", "attested", "passed", "not-applicable", "not-selected")

# An outcome is never told by colour alone.
SIGNS = {
    "failed": "✗",
    "error": "!",
    "could-not-test": "?",
    "attested": "A",
    "passed": "✓",
    "not-applicable": "–",
    "not-selected": "·",
    "not-run": "·",
}
HELD_SIGNS = {"strict": "✓", "normal": "✓", "reading": "✓", "attested": "A", "no": "✗", "unseen": "?"}
HELD_OUTCOMES = {
    "strict": "passed",
    "normal": "passed",
    "reading": "passed",
    "attested": "attested",
    "no": "failed",
    "unseen": "could-not-test",
}
FIELD_OUTCOMES = {"passed": "passed", "attested": "attested", "failed": "failed", "unseen": "could-not-test"}

_EXPLAINED = {
    "failed": "the target does not do what the row says",
    "error": "the kit could not finish: this says nothing of the target",
    "could-not-test": "something that the row needs was not supplied",
    "attested": "passed, on the word of a person",
    "passed": "the target does what the row says",
    "not-applicable": "the profile says that the target has nothing of this",
    "not-selected": "this run was not about it",
}
# What a browser would act on or hide: control characters, and those that turn the direction of a text.
_UNSHOWN = {
    code: f"\\u{code:04x}"
    for first, last in (
        (0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F),
        (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069), (0xFFFE, 0xFFFF),
    )
    for code in range(first, last + 1)
}  # fmt: skip
_SURROGATES = re.compile("[\ud800-\udfff]")
_PARTIES = {"ivr": "IVR"}


def explained(outcome: str) -> str:
    """What an outcome means, in a few words."""
    return _EXPLAINED.get(outcome, "")


def words(outcome: str) -> str:
    """An outcome as running text: `could not test`."""
    return outcome.replace("-", " ")


def party(name: str) -> str:
    """What a caller or a called one is named in diagrams and lists."""
    return _PARTIES.get(name, name)


def clean(text: str) -> str:
    """A text without what a browser acts on or hides; such characters are shown as `\\u202e`."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text.translate(_UNSHOWN))


def anchor(*parts: str) -> str:
    """An id for the page and its URL, the same in every run: `row-5.1-13-CreatedTroubleTickets`."""
    return "-".join(re.sub(r"[^A-Za-z0-9._-]+", "_", part) for part in parts)


def breakable(text: str) -> Markup:
    """A name or a path that may be broken after its separators, where a phone has no room for it."""
    return Markup(re.sub(r"([./\])_](?=\w)|(?<=[a-z]{2})(?=[A-Z]))", r"\1<wbr>", str(escape(clean(text)))))


def file_link(path: str | None) -> str | None:
    """The URL of a file of the bundle, relative to the page; None for what is no path inside it."""
    if not path or path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
        return None
    # A colon is quoted, so that nothing reads as a scheme.
    return quote(path)


def web_link(address: str | None) -> str | None:
    """An address that a reader may follow; None for anything but http and https."""
    return address if address and re.match(r"https?://[^\s]+$", address) else None


def seconds(value: float) -> str:
    """A duration: `4 ms`, `1.25 s`, `3 min 20 s`."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 60:
        return f"{value:.2f} s"
    return f"{int(value // 60)} min {value % 60:.0f} s"

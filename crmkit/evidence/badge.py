"""badge.svg: the verdict in a line."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from crmkit.evidence.document import Document
from crmkit.suite.running.outcomes import ExitCode

_LABEL = "CRM Interface"
_GREEN, _RED, _AMBER, _GREY = "#2f7d32", "#b3261e", "#9a6700", "#57606a"
# Verdana, 11 px: near enough for every text that can stand there.
_CHARACTER = 6.6
_PADDING = 8
_HEIGHT = 20


def badge_of(document: Document) -> bytes:
    """An SVG of its own: no font and no image from anywhere else."""
    verdict = document.verdict
    counts = verdict.counts
    ran = sum(count for word, count in counts.items() if word not in ("not-selected", "not-applicable"))
    shown = counts.get("passed", 0) + counts.get("attested", 0)
    said = f"{verdict.text} {shown}/{ran}"
    left, right = _width(_LABEL), _width(said)
    title = quoteattr(f"{_LABEL}: {said}")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" '
        f"aria-label={title}>",
        f"  <title>{escape(f'{_LABEL}: {said}')}</title>",
        f'  <rect width="{left}" height="{_HEIGHT}" fill="#333c45"/>',
        f'  <rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{_colour(document)}"/>',
        '  <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">',
        f'    <text x="{left / 2:g}" y="14">{escape(_LABEL)}</text>',
        f'    <text x="{left + right / 2:g}" y="14">{escape(said)}</text>',
        "  </g>",
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _colour(document: Document) -> str:
    """Red for a target that does not conform; green only where the verdict lets a build pass."""
    verdict = document.verdict
    if verdict.counts.get("failed", 0):
        return _RED
    if verdict.exit_code == 0:
        return _GREEN
    return _GREY if verdict.exit_code == ExitCode.INTERRUPTED else _AMBER


def _width(text: str) -> int:
    return round(len(text) * _CHARACTER) + 2 * _PADDING

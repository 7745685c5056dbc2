"""Keeps secrets out of a bundle: passwords in headers, URLs and UsernameTokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

LEFT_OUT = "(left out)"
_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})
_USERINFO = re.compile(r"(?<=://)[^/\s@]+@")
# A digest can be sent again as well as a password can.
_PASSWORD = re.compile(rb"(<(?:[\w.-]+:)?Password\b[^<>]*>)[^<]+(?=</)")
# Shorter texts are part of too many others.
_SHORTEST = 4


class Secrets:
    """The texts that must not show, and the places where others of their kind stand."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = sorted({text for text in texts if len(text) >= _SHORTEST}, key=len, reverse=True)

    def out_of(self, text: str | None) -> str | None:
        """A text without them."""
        if text is None:
            return None
        for secret in self._texts:
            text = text.replace(secret, LEFT_OUT)
        return text

    def out_of_url(self, url: str | None) -> str | None:
        """A URL, or a text with URLs, without users and passwords."""
        return None if url is None else self.out_of(_USERINFO.sub("", url))

    def out_of_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers without those that say who asks."""
        return {
            name: LEFT_OUT if name.lower() in _HEADERS else self.out_of(value) or "" for name, value in headers.items()
        }

    def out_of_message(self, content: bytes) -> bytes:
        """A message without passwords."""
        content = _PASSWORD.sub(rb"\1" + LEFT_OUT.encode(), content)
        for secret in self._texts:
            content = content.replace(secret.encode(), LEFT_OUT.encode())
        return content

    def out_of_tree(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        """Nested objects without them."""
        return {key: self._out_of_any(value) for key, value in tree.items()}

    def _out_of_any(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self.out_of_tree(value)
        if isinstance(value, list | tuple):
            return [self._out_of_any(each) for each in value]
        return self.out_of_url(value) if isinstance(value, str) else value

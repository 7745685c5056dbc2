"""Lets Spyne start on Python 3.12 and later.

Spyne carries an old `six` whose importer of `six.moves` no longer works from 3.12. Registering the standard
library's own modules under those names before the first `import spyne` is enough; on 3.11 it is harmless.
"""

from __future__ import annotations

import collections.abc
import http.cookies
import sys
import types
import urllib
import urllib.error
import urllib.parse
import urllib.request

_MOVES = "spyne.util.six.moves"


def install(version: tuple[int, int] | None = None) -> bool:
    """Register the modules where this Python (or the given version) needs it; True when registered."""
    if (version or sys.version_info[:2]) < (3, 12):
        return False
    moves = types.ModuleType(_MOVES)
    modules: dict[str, types.ModuleType] = {
        _MOVES: moves,
        f"{_MOVES}.collections_abc": collections.abc,
        f"{_MOVES}.http_cookies": http.cookies,
        f"{_MOVES}.urllib": urllib,
        f"{_MOVES}.urllib.error": urllib.error,
        f"{_MOVES}.urllib.parse": urllib.parse,
        f"{_MOVES}.urllib.request": urllib.request,
    }
    for name, module in modules.items():
        sys.modules.setdefault(name, module)
    moves.collections_abc = collections.abc  # type: ignore[attr-defined]
    moves.http_cookies = http.cookies  # type: ignore[attr-defined]
    moves.urllib = urllib  # type: ignore[attr-defined]
    return True

"""The control API's document without an adapter, to be published."""

from __future__ import annotations

import json
from typing import Any, cast

from reference_adapter.control.app import build_control_app


def published_document() -> str:
    """The OpenAPI document as JSON; no route is ever called."""
    nothing = cast(Any, None)
    app = build_control_app(nothing, nothing, nothing, nothing)
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"

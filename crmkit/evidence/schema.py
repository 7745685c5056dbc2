"""The JSON schema of report.json, made from its models: docs/schemas/report.schema.json."""

from __future__ import annotations

import json

from crmkit.evidence.document import Document

FILE = "schemas/report.schema.json"


def render() -> str:
    """The schema as a file's text; the same models give the same text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Document.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

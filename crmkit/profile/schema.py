"""The JSON schema of a profile, made from its models: docs/schemas/profile.schema.json."""

from __future__ import annotations

import json

from crmkit.profile.model import Profile

FILE = "schemas/profile.schema.json"


def render() -> str:
    """The schema as a file's text. Keys are in the order of the models, so that the same models give the same text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Profile.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

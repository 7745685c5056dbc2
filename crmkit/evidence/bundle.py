"""A bundle: the document, the messages beside it, and every file that is made of them.

report.json       the document (docs/schemas/report.schema.json)
messages/         the exchanged messages, named in the document's calls
report.html       for people; one file
junit.xml         for build servers
messages.ndjson   for Cucumber's tools
badge.svg         the verdict in a line
manifest.json     the checksum of each of these, the suite's digest, profile and versions
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from crmkit.evidence.badge import badge_of
from crmkit.evidence.cucumber import messages_of
from crmkit.evidence.document import Document
from crmkit.evidence.html import render
from crmkit.evidence.junit import junit_of
from crmkit.evidence.loading import REPORT
from crmkit.evidence.manifest import MANIFEST, manifest_of


@dataclass(frozen=True)
class Bundle:
    """A document and the files of `messages/` by their path in the bundle."""

    document: Document
    messages: Mapping[str, bytes]

    def files(self) -> dict[str, bytes]:
        """Every file of the bundle by its path, the manifest last; the same bundle makes the same bytes."""
        document = self.document
        files = {
            REPORT: document_text(document).encode(),
            **self.messages,
            "report.html": render(document, self.messages).encode(),
            "junit.xml": junit_of(document),
            "messages.ndjson": messages_of(document, self.messages),
            "badge.svg": badge_of(document),
        }
        return {**files, MANIFEST: manifest_of(document, files)}


def document_text(document: Document) -> str:
    """report.json. What is not known is left out."""
    told = document.model_dump(mode="json", exclude_none=True)
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"

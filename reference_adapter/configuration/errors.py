"""The error configuration of an operation: what is reported for a rule's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crm_contract.envelope import ReportedError
from reference_adapter.configuration.watched import ConfigurationError
from reference_adapter.configuration.xml import attribute, parse_root

_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_CODE = re.compile(r"\d+\.\d+")
_LEVELS = ("INFORM", "WARNING", "FATAL", "CATASTROPHIC")


@dataclass(frozen=True, slots=True)
class ErrorTemplate:
    """Code, level, reason and details of one error; `placeholders` are the numbers in `details`, each once."""

    code: str
    level: str
    reason: str
    details: str
    placeholders: tuple[int, ...]

    def filled(self, *arguments: str) -> ReportedError:
        """The error with its placeholders replaced; one without an argument becomes empty (D-14)."""

        def argument(match: re.Match[str]) -> str:
            number = int(match[1])
            return arguments[number] if number < len(arguments) else ""

        return ReportedError(self.code, self.level, self.reason, _PLACEHOLDER.sub(argument, self.details))


ErrorConfiguration = Mapping[str, ErrorTemplate]


def parse_error_configuration(content: bytes, path: Path, operation: str, names: frozenset[str]) -> ErrorConfiguration:
    """The file's errors by name; every name that the rules may report must be there.

    Raises ConfigurationError.
    """
    root = parse_root(content, path, "ErrorConfiguration")
    if attribute(root, "operation", path) != operation:
        raise ConfigurationError(f"{path}: is not the configuration of {operation}")
    errors: dict[str, ErrorTemplate] = {}
    for element in root.iterfind("Error"):
        name = attribute(element, "name", path)
        code, level = attribute(element, "code", path), attribute(element, "level", path)
        where = f"{path}:{element.sourceline}: {name}"
        if name in errors:
            raise ConfigurationError(f"{where} stands twice")
        if not _CODE.fullmatch(code):
            raise ConfigurationError(f"{where}: code {code!r} is not of the form N.N")
        if level not in _LEVELS:
            raise ConfigurationError(f"{where}: level {level!r} is none of {', '.join(_LEVELS)}")
        details = attribute(element, "details", path)
        placeholders = tuple(sorted({int(number) for number in _PLACEHOLDER.findall(details)}))
        errors[name] = ErrorTemplate(code, level, attribute(element, "reason", path), details, placeholders)
    if missing := sorted(names - set(errors)):
        raise ConfigurationError(f"{path}: no Error named {', '.join(missing)}")
    return errors

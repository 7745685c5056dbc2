"""TLS to a target: whom a connection trusts, and which certificate it shows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import urllib3.exceptions


@dataclass(frozen=True, slots=True)
class Tls:
    """Whom a TLS connection trusts, and which certificate it shows; PEM files. `key` may be inside `certificate`."""

    ca_file: Path | None = None
    verify: bool = True
    certificate: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if not self.verify:
            # The report says it once: not on the terminal with every message.
            warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)

    @property
    def trusted(self) -> bool | str:
        """As requests takes it."""
        return str(self.ca_file) if self.verify and self.ca_file else self.verify

    @property
    def shown(self) -> str | tuple[str, str] | None:
        """As requests takes it."""
        if self.certificate is None:
            return None
        return str(self.certificate) if self.key is None else (str(self.certificate), str(self.key))


AS_USUAL = Tls()

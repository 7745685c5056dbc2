"""What a stack of servers is told, and the mistakes that can be seen before anything is touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crm_contract.contract import ContractError, load_contract
from crmkit.launcher.errors import LaunchRefused

HIGHEST_PORT = 65535


@dataclass(frozen=True)
class StackOptions:
    """The options of a stack. Port 0 means a free one; `start_seconds` bounds the wait for all to be healthy."""

    data: Path
    soap_port: int = 0
    control_port: int = 0
    landbase_port: int = 0
    ivr_port: int = 0
    workers: int = 1
    demo: bool = False
    contract: Path | None = None
    host: str = "127.0.0.1"
    start_seconds: float = 60.0
    # Nobody needs the data afterwards: servers are killed rather than asked to finish what they do.
    is_thrown_away: bool = False

    def requested_ports(self) -> dict[str, int]:
        """The ports that were asked for by number, by the option that names them."""
        return {option: port for option, port in self._named_ports().items() if port}

    def check(self) -> None:
        """Raise LaunchRefused for what cannot be, without looking at anything but the paths' kinds."""
        if self.workers < 1:
            raise LaunchRefused(f"--workers is 1 or more, not {self.workers}")
        self._check_ports()
        if self.data.exists() and not self.data.is_dir():
            raise LaunchRefused(f"--data {self.data} is not a directory")
        if self.contract is not None and not self.contract.is_file():
            raise LaunchRefused(f"--contract {self.contract} is not a file")
        try:
            load_contract(self.contract)
        except ContractError as error:
            raise LaunchRefused(f"--contract {error}") from error

    def _named_ports(self) -> dict[str, int]:
        return {
            "--soap-port": self.soap_port,
            "--control-port": self.control_port,
            "--landbase-port": self.landbase_port,
            "--ivr-port": self.ivr_port,
        }

    def _check_ports(self) -> None:
        owners: dict[int, str] = {}
        for option, port in self._named_ports().items():
            if not 0 <= port <= HIGHEST_PORT:
                raise LaunchRefused(f"{option} is 0 to {HIGHEST_PORT}, not {port}")
            if port and port in owners:
                raise LaunchRefused(f"{owners[port]} and {option} are both {port}")
            owners[port] = option

"""`crmkit verify` as a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def verify(
    *options: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it with these options, to its end."""
    command = [sys.executable, "-P", "-m", "crmkit.cli", "verify", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=cwd, env=env)

"""A stack of stub servers, in a test's process or, run as a script, in one of its own as `crmkit up` would be."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from crmkit.launcher.layout import DataDirectory
from crmkit.launcher.options import StackOptions
from crmkit.launcher.ports import Ports
from crmkit.launcher.processes import ServerSpec
from crmkit.launcher.servers import ServersOf

NAMES = ("landbase", "ivr", "background", "soap")
_SERVER = Path(__file__).with_name("stub_server.py")


def stub_servers(traces: Path, manners: Mapping[str, Sequence[str]] | None = None) -> ServersOf:
    """Servers of the usual names and ports; `manners` are the options of those that misbehave."""

    def servers(options: StackOptions, ports: Ports, data: DataDirectory) -> list[ServerSpec]:
        ports_of = dict(zip(NAMES, (ports.landbase, ports.ivr, ports.control, ports.soap), strict=True))
        return [
            ServerSpec(
                name,
                [
                    *(sys.executable, str(_SERVER), f"--name={name}", f"--port={port}", f"--traces={traces}"),
                    *(manners or {}).get(name, ()),
                ],
                f"http://127.0.0.1:{port}/health",
                (port,),
                stop_seconds=1.0,
            )
            for name, port in ports_of.items()
        ]

    return servers


def main() -> int:
    from crmkit.commands.up import run

    told = json.loads(sys.argv[1])
    traces = Path(told["traces"])
    options = StackOptions(Path(told["data"]), start_seconds=told.get("start_seconds", 60), **told.get("options", {}))
    (traces / f"crmkit-{os.getpid()}.pid").touch()
    return run(options, Path(told["ready_file"]), stub_servers(traces, told.get("manners")))


if __name__ == "__main__":
    sys.exit(main())

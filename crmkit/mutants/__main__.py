"""`python -m crmkit.mutants NAME --port N --data DIR --landbase URL`: serve one wrong adapter."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from crmkit.mutants.app import VARIABLE
from crmkit.mutants.catalogue import MUTANTS
from reference_adapter.app import AdapterOptions
from reference_adapter.logs import log_as_json
from reference_adapter.server import serve_soap


def main() -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="crmkit.mutants", description=__doc__)
    parser.add_argument("name", choices=sorted(MUTANTS))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--landbase", required=True)
    options = parser.parse_args()
    os.environ[VARIABLE] = options.name
    log_as_json()
    adapter = AdapterOptions(options.data.resolve(), options.landbase)
    serve_soap(adapter, "127.0.0.1", options.port, workers=1, application="crmkit.mutants.app:create_app")
    return 0


if __name__ == "__main__":
    sys.exit(main())

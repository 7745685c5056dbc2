"""Every scenario about an IVR."""

from pathlib import Path

from pytest_bdd import scenarios

scenarios(*sorted(path.name for path in Path(__file__).parent.glob("*.feature")))

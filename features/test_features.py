"""Every scenario of every feature file in this folder."""

from pathlib import Path

from pytest_bdd import scenarios

# Folders in this one are of other roles than the adapter's.
scenarios(*sorted(path.name for path in Path(__file__).parent.glob("*.feature")))

"""What control says no with: 404 for what is not there, 409 for what does not fit now, 422 for what never fits."""

from __future__ import annotations


class UnknownEntity(Exception):
    """Nothing of that mRID."""


class Impossible(Exception):
    """Where the entity stands does not allow it; the text says why."""


class UnusableValue(Exception):
    """A value that is none; the text says why."""

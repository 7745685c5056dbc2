"""A town small enough to think about: feeder - lateral - transformer - usage point.

LAT-2 has seven transformers, so that two of them are too small a share of it to blame the lateral.
"""

from __future__ import annotations

#: What feeds a device.
PARENT: dict[str, str | None] = {
    "FDR-1": None,
    "LAT-1": "FDR-1",
    "LAT-2": "FDR-1",
    "TRF-1": "LAT-1",
    "TRF-2": "LAT-1",
    **{f"TRF-{number}": "LAT-2" for number in range(3, 10)},
}
#: Transformer and customer priority of a usage point.
USAGE_POINTS: dict[str, tuple[str, int]] = {
    "UP-1": ("TRF-1", 6),
    "UP-2": ("TRF-1", 0),
    "UP-3": ("TRF-2", 5),
    "UP-4": ("TRF-2", 0),
    "UP-5": ("TRF-3", 2),
    "UP-6": ("TRF-3", 0),
    "UP-7": ("TRF-4", 4),
    "UP-8": ("TRF-4", 0),
    "UP-9": ("TRF-5", 1),
    "UP-10": ("TRF-5", 0),
}


def kind(device: str) -> str:
    return {"FDR": "feeder", "LAT": "lateral", "TRF": "transformer", "UP-": "usage point"}[device[:3]]


def parent(element: str) -> str | None:
    """What feeds a usage point or device directly."""
    return USAGE_POINTS[element][0] if element in USAGE_POINTS else PARENT[element]


def path(element: str) -> list[str]:
    """A usage point or device, and what feeds it, nearest first."""
    above = parent(element)
    return [element, *(path(above) if above else ())]


def children(device: str) -> list[str]:
    """What hangs on a device directly."""
    return [each for each in (*PARENT, *USAGE_POINTS) if parent(each) == device]

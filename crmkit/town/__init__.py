"""The synthetic town: an electric network, its customers and the landbase around it, as plain files."""

from crmkit.town.files import TownError, TownSummary, write_town

__all__ = ["TownError", "TownSummary", "write_town"]

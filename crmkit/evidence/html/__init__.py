"""report.html: a run on one page that needs nothing but a browser."""

from crmkit.evidence.html.rendering import render

__all__ = ["render"]

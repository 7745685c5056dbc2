"""Profiles of targets: what a vendor tells of a system that the kit knows nothing of."""

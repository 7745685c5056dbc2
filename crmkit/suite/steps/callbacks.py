"""Sentences about callbacks and their results."""

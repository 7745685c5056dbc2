"""Sentences of the story: an outage from the first call to the archive."""

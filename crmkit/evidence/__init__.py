"""The evidence of a run: the report's document, its files for people and machines, and what is made of reports."""

"""The run: features and their selection, the pytest plugin, and what became of each scenario."""

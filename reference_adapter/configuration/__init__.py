"""The adapter's configuration files (specification: Table 12.1): read, watched, re-read when they change."""

"""What the mock servers share: ports that can be closed and opened again, behaviours, bounded lists, starting."""

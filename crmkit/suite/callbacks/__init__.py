"""What scenarios about callbacks arrange, pull, report and expect of the external system."""

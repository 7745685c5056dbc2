"""Network, trouble tickets and incidents. Pure: no input or output, no clock of its own."""

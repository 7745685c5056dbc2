"""Network, trouble tickets, incidents, callbacks and prediction. Pure: no input or output, no clock of its own."""

"""What runs beside the SOAP workers: the background jobs, and the control API."""

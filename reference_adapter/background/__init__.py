"""What runs beside the SOAP workers: the IMS inbox, sweeping, and the control API."""

"""The SOAP layer: one module a service; decode, operation, encode."""

"""Serving a contract-first SOAP service with Spyne."""

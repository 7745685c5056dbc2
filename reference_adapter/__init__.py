"""The reference implementation of the CRM adapter."""

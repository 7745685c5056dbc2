"""What both sides of the CRM Interface agreed on: WSDLs, schemas, messages and the catalogue of use cases."""

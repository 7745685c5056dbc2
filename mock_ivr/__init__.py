"""A mock IVR: takes callbacks over SOAP, dials them, reports results and trouble tickets."""

"""The kit as an adapter that sends callbacks to an IVR, and takes their results: `crmkit verify --role ivr`."""

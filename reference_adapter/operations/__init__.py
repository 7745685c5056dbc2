"""The operations: from a message to what is answered, through one unit of work. No XML, no SQL."""

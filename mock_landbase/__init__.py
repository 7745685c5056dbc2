"""A landbase (OGC API - Features) over a synthetic town, which can be told to be down, slow or wrong."""

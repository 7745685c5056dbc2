"""The landbase as the adapter sees it: an OGC API - Features client, and coordinates."""

"""Where the kit stands in for others: as a target's IVR and landbase, and as the adapter that an IVR reports to."""

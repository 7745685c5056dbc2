"""The kit as the neighbour of somebody else's adapter: it listens as IVR and as landbase."""

"""The features about an IVR."""

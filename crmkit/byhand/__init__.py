"""A stand-in for the control API of a target that has none: the profile, the interface itself, and a person."""

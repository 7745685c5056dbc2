"""What stands in for a control API: fixtures of the profile, the interface itself, and a person."""

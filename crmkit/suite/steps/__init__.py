"""The step sentences of features; each does nothing but call the suite."""

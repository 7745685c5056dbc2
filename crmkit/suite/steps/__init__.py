"""The step sentences of features; each does nothing but call the suite."""

# In the order of docs/steps.md.
STEP_MODULES = ("given", "when", "then", "callbacks", "story", "ivr")

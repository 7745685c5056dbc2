"""How the suite reaches a target and what stands beside it: services, control APIs, a supply of things to use."""

"""The simulator's control API: what an operator or a test does behind the interface. Its own port, loopback."""

"""The command of the test kit: start the servers, verify a target, make a town."""

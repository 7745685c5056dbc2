"""The conformance suite: sends messages to a target over HTTP and judges what it answers and stores."""

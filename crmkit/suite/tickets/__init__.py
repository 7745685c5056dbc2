"""What scenarios about trouble tickets arrange, send, and expect to be stored and shown."""

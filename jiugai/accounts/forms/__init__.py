"""Forms of log-in, people and organisations."""

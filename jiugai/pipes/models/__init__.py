"""Models of pipes."""

"""Models of streetworks."""

"""Models of works."""

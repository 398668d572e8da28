"""Reading check-ups for pages."""

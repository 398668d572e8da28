"""Views of streetworks."""

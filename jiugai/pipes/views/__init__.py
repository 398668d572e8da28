"""Views of pipes."""

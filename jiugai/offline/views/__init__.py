"""The phone page and what it talks to."""

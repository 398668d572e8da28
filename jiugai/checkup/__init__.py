"""Health check of buildings and communities, recorded on the phone without connection (task 3)."""

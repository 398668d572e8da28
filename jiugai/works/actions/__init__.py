"""What people do in works."""

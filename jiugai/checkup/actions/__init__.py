"""What people do with check-ups. One use case per file."""

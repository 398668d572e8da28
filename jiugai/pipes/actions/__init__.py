"""What people do in pipes."""

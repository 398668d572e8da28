"""What people do in streetworks."""

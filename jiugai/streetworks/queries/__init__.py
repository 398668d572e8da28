"""What pages of streetworks read."""

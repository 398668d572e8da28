"""What pages of pipes read."""

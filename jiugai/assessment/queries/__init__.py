"""What pages of assessment read."""

"""What pages of works read."""

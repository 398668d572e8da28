"""What pages of ledger read."""

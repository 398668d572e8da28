"""What people do in ledger."""

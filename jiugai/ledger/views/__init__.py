"""Views of ledger."""

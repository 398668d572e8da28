"""Pages of the check-up."""

"""Site, checks, special acceptance, completion, warranty (tasks 11, 20, 21, 22)."""

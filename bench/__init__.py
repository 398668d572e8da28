"""Measurements beside peers, in one run. They make rows of their own and want a database of their own."""

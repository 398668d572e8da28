"""Loads what a page shows, in a constant number of queries."""

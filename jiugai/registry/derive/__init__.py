"""Rebuilds the shipped data from the raw files. No Django, no database."""

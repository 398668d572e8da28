"""Loads the shipped data into the database, once per version of the files."""

"""Imports on the side of the application: keep the file, stage its rows, check, preview, write, take back."""

"""Pipelines inside the red line and risers inside the flats (tasks 14, 15)."""

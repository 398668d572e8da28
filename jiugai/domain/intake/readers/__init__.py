"""Readers of files: each yields tables of `rows.RawRow`. They read the path handed in and nothing else."""

from jiugai.domain.intake.readers.opening import open_tables

__all__ = ["open_tables"]

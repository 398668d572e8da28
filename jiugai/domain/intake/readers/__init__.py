"""Readers of files: each yields tables of `rows.RawRow`. They read the path handed in and nothing else."""

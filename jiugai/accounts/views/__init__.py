"""Pages about people, organisations, the log and the jobs."""

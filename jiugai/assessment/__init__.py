"""The 32 tasks on one board, co-ordination of departments, problem list."""

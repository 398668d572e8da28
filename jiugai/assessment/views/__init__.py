"""Pages of the task board and of co-ordination."""

"""Projects, the reserve pool, mass work, pledges, responsible planners."""

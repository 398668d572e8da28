"""Reading side of streetworks. The planner's two questions stand here for the parts above."""

from jiugai.streetworks.queries.planner import pairs_for, works_for

__all__ = ["pairs_for", "works_for"]

"""Double entry: the floor-area flow pool now, money later by the same tables (tasks 18, 24; design section 7)."""

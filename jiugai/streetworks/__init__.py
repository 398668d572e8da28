"""Works of other departments on the ground of communities: what overlaps, who was asked, what is dug once (task 16)."""

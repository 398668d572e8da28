"""What phones send when they are on line again: one queue for all parts, one address, one photo store."""

"""Places on the ground: coordinate systems, distances, areas."""

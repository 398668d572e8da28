"""Pages of planning, one module per part."""

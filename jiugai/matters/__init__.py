"""Everything that takes time: one table, process tables, clocks, inbox."""

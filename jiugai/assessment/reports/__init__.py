"""The weekly report as Word, PDF and Excel; all three write the same parts."""

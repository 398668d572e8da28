"""Intake: from a file to what it says, and what is wrong with it. Pure; files are read only from paths handed in.

In the order of an import: `sniff` and `zips` (what is it really), `readers` (rows as they stood), `mapping` and
`profiles/` (which column is what), `doubts` (columns the wrong way round), `fields` (how a cell is read), `reading`
(values, points in CGCS2000), `positions` (how far points can be trusted), `transactions` (sales into groups),
`claiming` (what is kept), `matching` (which community it is), `duplicates` (which may be one), `annotate` (the file
handed back).
"""

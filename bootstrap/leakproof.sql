-- Marks comparison functions LEAKPROOF. Run by a superuser in template1 and in every database of the platform.
--
-- Why: row level security puts its own condition before any function that might reveal a row's content, for
-- example by quoting it in an error message. The planner then may not use an index for a condition built on such a
-- function: a map tile or a name search would read the whole table. The functions below only compare; none puts a
-- value of the row into an error, a notice or anywhere else that an outsider could read.
--
-- Not marked on purpose: ST_Intersects and its kin quote coordinates in their errors. A query under row level
-- security therefore writes `geom && box` itself, beside ST_Intersects. Regular expressions are left out as well.
--
-- ALTER EXTENSION ... UPDATE and a restore from a dump forget these marks: run this file again afterwards.

-- bounding boxes: && ~ @ ~=
ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;
ALTER FUNCTION geometry_contains(geometry, geometry) LEAKPROOF;
ALTER FUNCTION geometry_within(geometry, geometry) LEAKPROOF;
ALTER FUNCTION geometry_same(geometry, geometry) LEAKPROOF;

-- LIKE and ILIKE (their only error quotes the pattern, which is the asker's own), and the trigram operators
ALTER FUNCTION pg_catalog.textlike(text, text) LEAKPROOF;
ALTER FUNCTION pg_catalog.texticlike(text, text) LEAKPROOF;
ALTER FUNCTION similarity_op(text, text) LEAKPROOF;
ALTER FUNCTION word_similarity_op(text, text) LEAKPROOF;
ALTER FUNCTION word_similarity_commutator_op(text, text) LEAKPROOF;
ALTER FUNCTION strict_word_similarity_op(text, text) LEAKPROOF;
ALTER FUNCTION strict_word_similarity_commutator_op(text, text) LEAKPROOF;

-- Django writes icontains as UPPER(column) LIKE UPPER(pattern)
ALTER FUNCTION pg_catalog.upper(text) LEAKPROOF;
ALTER FUNCTION pg_catalog.lower(text) LEAKPROOF;

-- numeric columns, lists of codes, jsonb containment
ALTER FUNCTION pg_catalog.numeric_eq(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_lt(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_le(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_gt(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_ge(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.arrayoverlap(anyarray, anyarray) LEAKPROOF;
ALTER FUNCTION pg_catalog.arraycontains(anyarray, anyarray) LEAKPROOF;
ALTER FUNCTION pg_catalog.jsonb_contains(jsonb, jsonb) LEAKPROOF;

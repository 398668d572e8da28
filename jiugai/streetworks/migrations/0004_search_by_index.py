"""The search for overlaps walks the index: what changed is read from the statement's own rows, the other side by `&&`.

Row level security keeps ST_Intersects from using an index (it quotes coordinates in its errors, so it is not leakproof);
`&&` is marked and may. Before, every changed work was compared with every footprint of the city. What ended is found
pair by pair from the overlaps on record, not against the list of what was found, which the planner takes for short.
"""

from django.db import migrations

MEETS = """p.live AND w.state <> 'cancelled' AND ST_Intersects(w.ground, p.ground)
            AND (p.starts IS NULL AND w.ends >= p.since
                 OR w.starts <= p.ends + p.slack_days + 1 AND w.ends >= p.starts - p.slack_days - 1)"""

# {works} and {prints} are the rows looked at: those of the statement on one side, the table on the other. Statistics
# say little of where the rows of one statement lie, so the planner is kept from reading the whole other side.
SEARCH = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE scope text := streetworks_see_all();
BEGIN
    UPDATE streetworks_overlap o SET gone_at = now() FROM {works} w, {prints} p
        WHERE o.work_id = w.id AND o.footprint_id = p.id AND o.gone_at IS NULL AND ({meets}) IS NOT TRUE;
    INSERT INTO streetworks_overlap AS o (work_id, footprint_id, area_path, shared_m2, gap_days, found_at,
                                          harmless_reason, harmless_by_name)
        SELECT w.id, p.id, '', ceil(ST_Area(ST_Intersection(w.ground, p.ground)))::integer,
            CASE WHEN p.starts IS NULL THEN NULL
                 ELSE greatest(0, w.starts - p.ends - 1, p.starts - w.ends - 1) END,
            now(), '', ''
        FROM {works} w JOIN {prints} p ON w.ground && p.ground WHERE {meets}
    ON CONFLICT (work_id, footprint_id) DO UPDATE
        SET shared_m2 = excluded.shared_m2, gap_days = excluded.gap_days, gone_at = NULL
        WHERE (o.shared_m2, o.gap_days) IS DISTINCT FROM (excluded.shared_m2, excluded.gap_days) OR o.gone_at IS NOT NULL;
    PERFORM set_config('jiugai.scope', scope, true);
    RETURN NULL;
END $$;
"""
SIDES = (
    ("streetworks_work_changed", "after_rows", "streetworks_footprint"),
    ("streetworks_print_changed", "streetworks_streetwork", "after_rows"),
)
FUNCTIONS = "".join(SEARCH.format(name=name, works=works, prints=prints, meets=MEETS) for name, works, prints in SIDES)

OLD = """
CREATE VIEW streetworks_meeting AS
    SELECT w.id AS work_id, p.id AS footprint_id,
        ceil(ST_Area(ST_Intersection(w.ground, p.ground)))::integer AS shared_m2,
        CASE WHEN p.starts IS NULL THEN NULL
             ELSE greatest(0, w.starts - p.ends - 1, p.starts - w.ends - 1) END AS gap_days
    FROM streetworks_streetwork w JOIN streetworks_footprint p ON ST_Intersects(w.ground, p.ground)
    WHERE p.live AND w.state <> 'cancelled'
      AND (p.starts IS NULL AND w.ends >= p.since
           OR w.starts <= p.ends + p.slack_days + 1 AND w.ends >= p.starts - p.slack_days - 1);
"""


class Migration(migrations.Migration):
    dependencies = [("streetworks", "0003_told")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL("DROP VIEW streetworks_meeting;", OLD),
    ]

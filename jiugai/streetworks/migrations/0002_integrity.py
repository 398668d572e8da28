"""What PostgreSQL itself does: scope by row, ground in metres, overlaps found and ended, money that stays."""

from django.db import migrations

CITY = "(SELECT current_setting('jiugai.scope', true)) = '*'"
MINE = "area_path ^@ ANY (string_to_array((SELECT current_setting('jiugai.scope', true)), ','))"

SCOPES = f"""
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON streetworks_streetwork
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON streetworks_workimport
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
CREATE TRIGGER a_set_path BEFORE INSERT ON streetworks_fundentry
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
SELECT jiugai_follow_community('streetworks_footprint');
SELECT jiugai_follow('streetworks_overlap', 'streetworks_footprint', 'footprint_id');
SELECT jiugai_scope('streetworks_workimport');
SELECT jiugai_scope('streetworks_footprint');
SELECT jiugai_scope('streetworks_overlap');
SELECT jiugai_scope('streetworks_fundentry');
SELECT jiugai_scope_through('streetworks_synergyrequest', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('streetworks_synergyrequestevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope('streetworks_streetworkevent');
-- Works of a district reach into its streets, and are read there.
CREATE POLICY scope ON streetworks_streetwork USING ({CITY} OR {MINE} OR EXISTS (
    SELECT 1 FROM unnest(string_to_array((SELECT current_setting('jiugai.scope', true)), ',')) s
    WHERE s ^@ area_path));
ALTER TABLE streetworks_streetwork ENABLE ROW LEVEL SECURITY;
ALTER TABLE streetworks_streetwork FORCE ROW LEVEL SECURITY;
CREATE TRIGGER c_next_version BEFORE UPDATE ON streetworks_streetwork
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION registry_next_version();
SELECT jiugai_keep_all('streetworks_fundentry');
"""

GROUND = """
-- What the database does by itself it does for the whole city, whoever wrote the row; the scope is given back after.
CREATE FUNCTION streetworks_see_all() RETURNS text LANGUAGE plpgsql AS $$
DECLARE scope text := coalesce(current_setting('jiugai.scope', true), '');
BEGIN
    PERFORM set_config('jiugai.scope', '*', true);
    RETURN scope;
END $$;

CREATE FUNCTION streetworks_metres(shape geometry, margin double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ST_Multi(ST_Buffer(ST_Transform(shape, 4548), margin, 'quad_segs=4'))
$$;

CREATE FUNCTION streetworks_work_ground() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF GeometryType(NEW.geom) NOT IN ('LINESTRING', 'MULTILINESTRING', 'POLYGON', 'MULTIPOLYGON') THEN
        RAISE EXCEPTION 'a work is a line or an area' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'street_work_line_or_area';
    END IF;
    IF NOT ST_IsValid(NEW.geom) THEN
        RAISE EXCEPTION 'the area crosses itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'street_work_sound_shape';
    END IF;
    -- A line is as wide as it is dug; an area stands for itself.
    NEW.ground := streetworks_metres(NEW.geom,
        CASE WHEN ST_Dimension(NEW.geom) = 1 THEN greatest(NEW.width_m, 0.2) / 2 ELSE 0 END);
    RETURN NEW;
END $$;
CREATE TRIGGER b_ground BEFORE INSERT OR UPDATE OF geom, width_m, ground ON streetworks_streetwork
    FOR EACH ROW EXECUTE FUNCTION streetworks_work_ground();

-- Outlines first, then points of buildings, then the point of the community; nothing where there is no place at all.
CREATE FUNCTION streetworks_ground_of(home bigint, only_in bigint[], margin integer, radius integer) RETURNS geometry
LANGUAGE sql STABLE AS $$
    WITH parts AS (
        SELECT streetworks_metres(boundary, margin) AS g FROM registry_community
            WHERE id = home AND boundary IS NOT NULL AND only_in = '{}'
        UNION ALL
        SELECT streetworks_metres(footprint, margin) FROM registry_building
            WHERE community_id = home AND footprint IS NOT NULL AND withdrawn_at IS NULL
              AND (only_in = '{}' OR id = ANY (only_in))
        UNION ALL
        SELECT streetworks_metres(b.point, least(radius, 30)) FROM registry_building b
            WHERE b.id = ANY (only_in) AND b.footprint IS NULL AND b.point IS NOT NULL
    )
    SELECT coalesce(
        (SELECT ST_Multi(ST_Union(g)) FROM parts),
        (SELECT streetworks_metres(point, radius) FROM registry_community WHERE id = home))
$$;

CREATE FUNCTION streetworks_print_ground() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scope text := streetworks_see_all();
BEGIN
    NEW.ground := streetworks_ground_of(NEW.community_id, NEW.buildings, NEW.buffer_m, NEW.radius_m);
    PERFORM set_config('jiugai.scope', scope, true);
    RETURN NEW;
END $$;
CREATE TRIGGER b_ground BEFORE INSERT OR UPDATE OF community_id, buildings, buffer_m, radius_m, ground
    ON streetworks_footprint FOR EACH ROW EXECUTE FUNCTION streetworks_print_ground();

CREATE FUNCTION streetworks_community_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scope text := streetworks_see_all();
BEGIN
    UPDATE streetworks_footprint SET ground = NULL WHERE community_id = NEW.id AND live;
    PERFORM set_config('jiugai.scope', scope, true);
    RETURN NULL;
END $$;
CREATE TRIGGER streetworks_moved AFTER UPDATE OF point, boundary ON registry_community FOR EACH ROW
    WHEN (OLD.point IS DISTINCT FROM NEW.point OR OLD.boundary IS DISTINCT FROM NEW.boundary)
    EXECUTE FUNCTION streetworks_community_moved();

CREATE FUNCTION streetworks_building_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scope text := streetworks_see_all();
BEGIN
    UPDATE streetworks_footprint SET ground = NULL WHERE community_id = NEW.community_id AND live;
    PERFORM set_config('jiugai.scope', scope, true);
    RETURN NULL;
END $$;
CREATE TRIGGER streetworks_moved AFTER UPDATE OF point, footprint, withdrawn_at ON registry_building FOR EACH ROW
    WHEN (OLD.point IS DISTINCT FROM NEW.point OR OLD.footprint IS DISTINCT FROM NEW.footprint
          OR OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at)
    EXECUTE FUNCTION streetworks_building_moved();
CREATE TRIGGER streetworks_new AFTER INSERT ON registry_building FOR EACH ROW
    WHEN (NEW.footprint IS NOT NULL) EXECUTE FUNCTION streetworks_building_moved();
"""
NO_GROUND = """
-- What the database does by itself it does for the whole city, whoever wrote the row; the scope is given back after.
CREATE FUNCTION streetworks_see_all() RETURNS text LANGUAGE plpgsql AS $$
DECLARE scope text := coalesce(current_setting('jiugai.scope', true), '');
BEGIN
    PERFORM set_config('jiugai.scope', '*', true);
    RETURN scope;
END $$;

DROP FUNCTION streetworks_building_moved CASCADE; DROP FUNCTION streetworks_community_moved CASCADE;
DROP FUNCTION streetworks_print_ground CASCADE; DROP FUNCTION streetworks_work_ground CASCADE;
DROP FUNCTION streetworks_ground_of; DROP FUNCTION streetworks_metres; DROP FUNCTION streetworks_see_all;
"""

# Statement triggers look once at all rows that changed, whoever changed them; an overlap is written only when it differs.
SEARCH = """
CREATE VIEW streetworks_meeting AS
    SELECT w.id AS work_id, p.id AS footprint_id,
        ceil(ST_Area(ST_Intersection(w.ground, p.ground)))::integer AS shared_m2,
        CASE WHEN p.starts IS NULL THEN NULL
             ELSE greatest(0, w.starts - p.ends - 1, p.starts - w.ends - 1) END AS gap_days
    FROM streetworks_streetwork w JOIN streetworks_footprint p ON ST_Intersects(w.ground, p.ground)
    WHERE p.live AND w.state <> 'cancelled'
      AND (p.starts IS NULL AND w.ends >= p.since
           OR w.starts <= p.ends + p.slack_days + 1 AND w.ends >= p.starts - p.slack_days - 1);

CREATE FUNCTION streetworks_work_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scope text := streetworks_see_all();
BEGIN
    WITH found AS MATERIALIZED (
        SELECT m.* FROM streetworks_meeting m JOIN after_rows a ON a.id = m.work_id
    ), ended AS (
        UPDATE streetworks_overlap o SET gone_at = now() FROM after_rows a
        WHERE o.work_id = a.id AND o.gone_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM found f WHERE f.work_id = o.work_id AND f.footprint_id = o.footprint_id)
    )
    INSERT INTO streetworks_overlap AS o (work_id, footprint_id, area_path, shared_m2, gap_days, found_at,
                                          harmless_reason, harmless_by_name)
    SELECT work_id, footprint_id, '', shared_m2, gap_days, now(), '', '' FROM found
    ON CONFLICT (work_id, footprint_id) DO UPDATE
        SET shared_m2 = excluded.shared_m2, gap_days = excluded.gap_days, gone_at = NULL
        WHERE (o.shared_m2, o.gap_days) IS DISTINCT FROM (excluded.shared_m2, excluded.gap_days) OR o.gone_at IS NOT NULL;
    PERFORM set_config('jiugai.scope', scope, true);
    RETURN NULL;
END $$;
CREATE TRIGGER d_search_insert AFTER INSERT ON streetworks_streetwork REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION streetworks_work_changed();
CREATE TRIGGER d_search_update AFTER UPDATE ON streetworks_streetwork REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION streetworks_work_changed();

CREATE FUNCTION streetworks_print_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scope text := streetworks_see_all();
BEGIN
    WITH found AS MATERIALIZED (
        SELECT m.* FROM streetworks_meeting m JOIN after_rows a ON a.id = m.footprint_id
    ), ended AS (
        UPDATE streetworks_overlap o SET gone_at = now() FROM after_rows a
        WHERE o.footprint_id = a.id AND o.gone_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM found f WHERE f.work_id = o.work_id AND f.footprint_id = o.footprint_id)
    )
    INSERT INTO streetworks_overlap AS o (work_id, footprint_id, area_path, shared_m2, gap_days, found_at,
                                          harmless_reason, harmless_by_name)
    SELECT work_id, footprint_id, '', shared_m2, gap_days, now(), '', '' FROM found
    ON CONFLICT (work_id, footprint_id) DO UPDATE
        SET shared_m2 = excluded.shared_m2, gap_days = excluded.gap_days, gone_at = NULL
        WHERE (o.shared_m2, o.gap_days) IS DISTINCT FROM (excluded.shared_m2, excluded.gap_days) OR o.gone_at IS NOT NULL;
    PERFORM set_config('jiugai.scope', scope, true);
    RETURN NULL;
END $$;
CREATE TRIGGER d_search_insert AFTER INSERT ON streetworks_footprint REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION streetworks_print_changed();
CREATE TRIGGER d_search_update AFTER UPDATE ON streetworks_footprint REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION streetworks_print_changed();
"""
NO_SEARCH = """
DROP FUNCTION streetworks_print_changed CASCADE; DROP FUNCTION streetworks_work_changed CASCADE;
DROP VIEW streetworks_meeting;
"""

SYNERGY = """
-- One open request for an overlap, however many people ask at once; an accepted one ends the asking.
CREATE FUNCTION streetworks_one_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM streetworks_overlap WHERE id = NEW.overlap_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM streetworks_synergyrequest r JOIN matters_matter m ON m.id = r.matter_ptr_id
               WHERE r.overlap_id = NEW.overlap_id AND r.matter_ptr_id <> NEW.matter_ptr_id
                 AND (m.closed_at IS NULL OR m.stage = 'accepted')) THEN
        RAISE EXCEPTION 'this overlap has been asked about' USING ERRCODE = 'unique_violation',
            CONSTRAINT = 'synergy_once_per_overlap';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_once BEFORE INSERT ON streetworks_synergyrequest
    FOR EACH ROW EXECUTE FUNCTION streetworks_one_request();

CREATE FUNCTION streetworks_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was streetworks_fundentry%ROWTYPE;
BEGIN
    IF NEW.reverses_id IS NULL THEN RETURN NEW; END IF;
    SELECT * INTO was FROM streetworks_fundentry WHERE id = NEW.reverses_id;
    IF was.reverses_id IS NOT NULL OR NEW.amount_fen <> -was.amount_fen OR NEW.source <> was.source
       OR NEW.purpose <> was.purpose OR NEW.step <> was.step OR NEW.area_path <> was.area_path THEN
        RAISE EXCEPTION 'a reversal repeats its entry with the opposite amount' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'fund_reversal_mirrors';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_reversal BEFORE INSERT ON streetworks_fundentry
    FOR EACH ROW EXECUTE FUNCTION streetworks_reversal();
"""
NO_SYNERGY = "DROP FUNCTION streetworks_one_request CASCADE; DROP FUNCTION streetworks_reversal CASCADE;"

LAYER = "\n".join(
    f"CREATE TRIGGER z_layer_{event.lower()} AFTER {event} ON streetworks_{table} REFERENCING {rows} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION registry_mark_district('{layer}');"
    for table, layer in (("streetwork", "streetwork"), ("footprint", "footprint"))
    for event, rows in {
        "INSERT": "NEW TABLE AS after_rows",
        "UPDATE": "OLD TABLE AS before_rows NEW TABLE AS after_rows",
        "DELETE": "OLD TABLE AS before_rows",
    }.items()
)


class Migration(migrations.Migration):
    dependencies = [
        ("streetworks", "0001_works"),
        ("matters", "0002_integrity"),
        ("registry", "0009_follow_community"),
    ]
    operations = [
        migrations.RunSQL(SCOPES, migrations.RunSQL.noop),
        migrations.RunSQL(GROUND, NO_GROUND),
        migrations.RunSQL(SEARCH, NO_SEARCH),
        migrations.RunSQL(SYNERGY, NO_SYNERGY),
        migrations.RunSQL(LAYER, migrations.RunSQL.noop),
    ]

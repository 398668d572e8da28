"""What PostgreSQL itself guarantees: paths and scope by row, who leads and organises a project, and how its state moves."""

from django.db import migrations

FOLLOW_COMMUNITY = ["project", "projectcommunity", "masswork", "objection", "pledge"]
FOLLOW_PROJECT = ["poolentry", "guidemark"]
HISTORIES = ["massworkevent", "objectionevent", "pledgeevent", "poolentryevent", "guidemarkevent", "projectevent"]
PLAIN_SCOPE = [*FOLLOW_COMMUNITY[1:], *FOLLOW_PROJECT, "projectbuilding", *HISTORIES]
ROSTER = ["planner", "plannerterm", "plannertraining", "plannerevent", "plannertermevent", "plannertrainingevent"]

CITY = "(SELECT current_setting('jiugai.scope', true)) = '*'"
MINE = "area_path ^@ ANY (string_to_array((SELECT current_setting('jiugai.scope', true)), ','))"

PATHS = "\n".join(
    [f"SELECT jiugai_follow_community('planning_{t}');" for t in FOLLOW_COMMUNITY]
    + [f"SELECT jiugai_follow('planning_{t}', 'planning_project', 'project_id');" for t in FOLLOW_PROJECT]
    + ["SELECT jiugai_follow('planning_projectbuilding', 'registry_building', 'building_id');",
       "SELECT jiugai_follow('planning_plannertraining', 'planning_planner', 'planner_id');"]
)  # fmt: skip

SCOPES = "\n".join(
    [f"SELECT jiugai_scope('planning_{t}');" for t in PLAIN_SCOPE]
    # A project is seen from each community it covers.
    + [f"""CREATE POLICY scope ON planning_project USING ({CITY} OR {MINE}
            OR EXISTS (SELECT 1 FROM planning_projectcommunity c WHERE c.project_id = planning_project.id));
        ALTER TABLE planning_project ENABLE ROW LEVEL SECURITY;
        ALTER TABLE planning_project FORCE ROW LEVEL SECURITY;"""]
    # The roster of a district is also read in its streets.
    + [f"""CREATE POLICY scope ON planning_{t} USING ({CITY} OR {MINE} OR EXISTS (
            SELECT 1 FROM unnest(string_to_array((SELECT current_setting('jiugai.scope', true)), ',')) s
            WHERE s ^@ area_path));
        ALTER TABLE planning_{t} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE planning_{t} FORCE ROW LEVEL SECURITY;""" for t in ROSTER]
)  # fmt: skip
NO_SCOPES = "\n".join(
    f"ALTER TABLE planning_{t} DISABLE ROW LEVEL SECURITY; DROP POLICY scope ON planning_{t};"
    for t in [*PLAIN_SCOPE, "project", *ROSTER]
)

ROSTER_PATHS = """
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON planning_planner
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
CREATE FUNCTION planning_term_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE here accounts_area%ROWTYPE; home text;
BEGIN
    SELECT * INTO here FROM accounts_area WHERE id = NEW.street_id;
    SELECT area_path INTO home FROM planning_planner WHERE id = NEW.planner_id;
    IF here.level <> 'street' OR NOT here.path ^@ home THEN
        RAISE EXCEPTION 'a term needs a street of the planner''s district' USING ERRCODE = 'check_violation';
    END IF;
    NEW.area_path := here.path;
    RETURN NEW;
END $$;
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF street_id, area_path, planner_id ON planning_plannerterm
    FOR EACH ROW EXECUTE FUNCTION planning_term_path();
"""
NO_ROSTER_PATHS = "DROP TRIGGER a_set_path ON planning_planner; DROP FUNCTION planning_term_path CASCADE;"

BODIES = """
CREATE FUNCTION planning_lead_of(here text) RETURNS bigint LANGUAGE sql STABLE AS $$
    -- The district's housing department; the development area has none, there its committee does that work.
    SELECT o.id FROM accounts_organisation o JOIN accounts_area a ON a.id = o.area_id
    WHERE a.level = 'district' AND here ^@ a.path
      AND (o.kind = 'district_department' AND (o.code = 'H-' || a.code OR o.name LIKE '%住房城%')
           OR o.kind = 'district_government' AND a.code = 'BDA')
    ORDER BY (o.code = 'H-' || a.code) DESC, o.kind = 'district_department' DESC, o.id LIMIT 1
$$;

CREATE FUNCTION planning_organiser_of(here text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT o.id FROM accounts_organisation o JOIN accounts_area a ON a.id = o.area_id
    WHERE o.kind = 'street' AND a.level = 'street' AND here ^@ a.path ORDER BY o.id LIMIT 1
$$;

CREATE FUNCTION planning_project_bodies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lead bigint := planning_lead_of(NEW.area_path); street bigint := planning_organiser_of(NEW.area_path);
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.area_path IS DISTINCT FROM NEW.area_path THEN
        NEW.lead_id := lead;
        NEW.organiser_id := street;
    END IF;
    IF lead IS NULL THEN
        RAISE EXCEPTION 'no housing department leads here: %', NEW.area_path
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_led_by_housing_department';
    END IF;
    IF coalesce(NEW.lead_id, lead) <> lead THEN
        RAISE EXCEPTION 'a project is led by the housing department of its district'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_led_by_housing_department';
    END IF;
    NEW.lead_id := lead;
    NEW.organiser_id := coalesce(NEW.organiser_id, street);
    IF NEW.organiser_id IS DISTINCT FROM street THEN
        RAISE EXCEPTION 'a project is organised by the street office where it lies'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_organised_by_street';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_bodies BEFORE INSERT OR UPDATE OF lead_id, organiser_id, community_id, area_path ON planning_project
    FOR EACH ROW EXECUTE FUNCTION planning_project_bodies();
"""
NO_BODIES = """
DROP FUNCTION planning_project_bodies CASCADE; DROP FUNCTION planning_organiser_of; DROP FUNCTION planning_lead_of;
"""

# The steps of `domain.projects.PROCESS`; a test keeps both alike.
STEPS = """
CREATE TABLE planning_step (move text, starts text, ends text, PRIMARY KEY (starts, ends));
INSERT INTO planning_step VALUES
    ('open', '', 'proposed'), ('enter_pool', 'proposed', 'in_pool'), ('withdraw', 'proposed', 'withdrawn'),
    ('enter_plan', 'in_pool', 'in_plan'), ('start_works', 'in_pool', 'on_site'), ('start_works', 'in_plan', 'on_site'),
    ('exit_pool', 'in_pool', 'exited'), ('exit_pool', 'in_plan', 'exited'), ('complete', 'on_site', 'completed');

CREATE FUNCTION planning_project_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := ''; stored boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.state;
        NEW.version := OLD.version + 1;
    END IF;
    IF before = NEW.state THEN RETURN NEW; END IF;
    IF NOT EXISTS (SELECT 1 FROM planning_step WHERE starts = before AND ends = NEW.state) THEN
        RAISE EXCEPTION 'a project does not move from "%" to "%"', before, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_moves_along_the_table';
    END IF;
    stored := EXISTS (SELECT 1 FROM planning_poolentry WHERE project_id = NEW.id AND exited_on IS NULL);
    IF stored <> (NEW.state IN ('in_pool', 'in_plan', 'on_site', 'completed')) THEN
        RAISE EXCEPTION 'state "%" does not agree with the entry in the pool', NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_state_matches_pool';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER c_moves BEFORE INSERT OR UPDATE ON planning_project
    FOR EACH ROW EXECUTE FUNCTION planning_project_moves();

CREATE FUNCTION planning_project_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE planning_projectcommunity SET waiting = NEW.state IN ('proposed', 'in_pool', 'in_plan')
    WHERE project_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_waiting AFTER UPDATE OF state ON planning_project
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION planning_project_waits();

CREATE FUNCTION planning_entry_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an entry in the pool stays on record' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.exited_on IS NOT NULL AND NEW.exited_on IS DISTINCT FROM OLD.exited_on
       OR (NEW.project_id, NEW.entered_on, NEW.entered_by_name, NEW.checkup_ref)
          IS DISTINCT FROM (OLD.project_id, OLD.entered_on, OLD.entered_by_name, OLD.checkup_ref) THEN
        RAISE EXCEPTION 'an entry in the pool can only be closed, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON planning_poolentry
    FOR EACH ROW EXECUTE FUNCTION planning_entry_keeps();
"""
NO_STEPS = """
DROP FUNCTION planning_entry_keeps CASCADE; DROP FUNCTION planning_project_waits CASCADE;
DROP FUNCTION planning_project_moves CASCADE; DROP TABLE planning_step;
"""

# What was said stays: an answer, a visit or an objection is closed or taken back, never rewritten or removed.
RECORDS = """
CREATE FUNCTION planning_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before jsonb; after jsonb; name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '% keeps its rows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    before := to_jsonb(OLD); after := to_jsonb(NEW);
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF before ->> name IS NOT NULL AND before ->> name <> '' AND before ->> name IS DISTINCT FROM after ->> name THEN
            RAISE EXCEPTION '% is closed already', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END IF;
        before := before - name; after := after - name;
    END LOOP;
    IF before - 'area_path' IS DISTINCT FROM after - 'area_path' THEN
        RAISE EXCEPTION '% keeps what was said', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON planning_pledge
    FOR EACH ROW EXECUTE FUNCTION planning_keep_words('ended_at', 'end_reason');
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON planning_masswork
    FOR EACH ROW EXECUTE FUNCTION planning_keep_words('withdrawn_at', 'withdrawn_reason');
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON planning_objection
    FOR EACH ROW EXECUTE FUNCTION planning_keep_words('closed_on', 'closure', 'closed_by_name');
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON planning_guidemark
    FOR EACH ROW EXECUTE FUNCTION planning_keep_words();
"""
NO_RECORDS = "DROP FUNCTION planning_keep_words CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0001_projects"), ("registry", "0009_follow_community"), ("accounts", "0002_integrity")]
    operations = [
        migrations.RunSQL(PATHS, migrations.RunSQL.noop),
        migrations.RunSQL(ROSTER_PATHS, NO_ROSTER_PATHS),
        migrations.RunSQL(BODIES, NO_BODIES),
        migrations.RunSQL(STEPS, NO_STEPS),
        migrations.RunSQL(RECORDS, NO_RECORDS),
        migrations.RunSQL(SCOPES, NO_SCOPES),
    ]

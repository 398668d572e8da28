"""What PostgreSQL itself guarantees: scope by row, the cut-off of applications, ground of jobs, who is on which riser."""

from django.db import migrations

FOLLOW_COMMUNITY = ("pipejob", "boundarypoint", "draintakeover", "riserround")
FOLLOW_PROJECT = ("pipeplan", "utilityduty")
KINDS = ("pipefund", "outsideapproval", "pipehandover", "riserapplication")
FOLLOWERS = (
    ("jobmerge", "pipes_pipejob", "one_id"),
    ("ownerdecoration", "pipes_riserhousehold", "household_id"),
)
OF_APPLICATION = ("riserhousehold", "temporarywater", "riserslot")
TRACKED = (
    "pipeplan", "pipejob", "boundarypoint", "draintakeover", "utilityduty", "riserround", "riserhousehold",
    "temporarywater", "riserslot", "ownerdecoration",
)  # fmt: skip

SCOPES = "\n".join(
    [f"SELECT jiugai_follow_community('pipes_{t}');" for t in FOLLOW_COMMUNITY]
    + [f"SELECT jiugai_follow('pipes_{t}', 'planning_project', 'project_id');" for t in FOLLOW_PROJECT]
    + [f"SELECT jiugai_follow('pipes_{t}', '{parent}', '{link}');" for t, parent, link in FOLLOWERS]
    + [f"SELECT jiugai_follow('pipes_{t}', 'matters_matter', 'application_id');" for t in OF_APPLICATION]
    + [f"SELECT jiugai_scope('pipes_{t}');" for t in (*TRACKED, "jobmerge")]
    + [f"SELECT jiugai_scope('pipes_{t}event');" for t in TRACKED]
    + [f"SELECT jiugai_scope_through('pipes_{t}', 'matters_matter', 'matter_ptr_id');" for t in KINDS]
    + [f"SELECT jiugai_scope_through('pipes_{t}event', 'matters_matter', 'pgh_obj_id');" for t in KINDS]
    + [
        f"CREATE TRIGGER c_next_version BEFORE UPDATE ON pipes_{t} FOR EACH ROW "
        "WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION registry_next_version();"
        for t in ("pipeplan", "pipejob", "riserhousehold")
    ]
)

RULES = """
CREATE SEQUENCE pipes_job_number;
CREATE FUNCTION pipes_job_ground() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.code = '' THEN NEW.code := 'GX-' || lpad(nextval('pipes_job_number')::text, 6, '0'); END IF;
    NEW.ground := CASE WHEN NEW.geom IS NULL THEN NULL
        ELSE streetworks_metres(NEW.geom, CASE WHEN ST_Dimension(NEW.geom) < 2 THEN 2 ELSE 0 END) END;
    RETURN NEW;
END $$;
CREATE TRIGGER b_ground BEFORE INSERT OR UPDATE OF geom, ground ON pipes_pipejob
    FOR EACH ROW EXECUTE FUNCTION pipes_job_ground();

-- An application after the last day is refused (T15-7), also one for a building of another community, and a second one
-- that runs for the same riser or for a building of which a riser is applied for.
CREATE FUNCTION pipes_application_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE r pipes_riserround%ROWTYPE; home bigint;
BEGIN
    SELECT * INTO r FROM pipes_riserround WHERE id = NEW.round_id FOR UPDATE;
    SELECT community_id INTO home FROM registry_building WHERE id = NEW.building_id;
    IF home IS DISTINCT FROM r.community_id THEN
        RAISE EXCEPTION 'the building is of another community' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'riser_building_of_the_round';
    END IF;
    IF NEW.applied_on > r.cutoff_on OR NEW.applied_on < r.published_on THEN
        RAISE EXCEPTION 'applications are taken from % to %', r.published_on, r.cutoff_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'riser_application_in_time';
    END IF;
    IF EXISTS (SELECT 1 FROM pipes_riserapplication a JOIN matters_matter m ON m.id = a.matter_ptr_id
               WHERE a.building_id = NEW.building_id AND a.matter_ptr_id <> NEW.matter_ptr_id
                 AND (m.closed_at IS NULL OR a.accepted_on IS NOT NULL)
                 AND (a.line = NEW.line OR a.line = '' OR NEW.line = '')) THEN
        RAISE EXCEPTION 'this riser is applied for already' USING ERRCODE = 'unique_violation',
            CONSTRAINT = 'riser_applied_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_in_time BEFORE INSERT ON pipes_riserapplication
    FOR EACH ROW EXECUTE FUNCTION pipes_application_in_time();

CREATE FUNCTION pipes_household_at_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pipes_riserapplication a JOIN registry_dwelling d ON d.building_id = a.building_id
                   WHERE a.matter_ptr_id = NEW.application_id AND d.id = NEW.dwelling_id) THEN
        RAISE EXCEPTION 'the flat is not in the building applied for' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'riser_household_of_the_building';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_at_home BEFORE INSERT OR UPDATE OF dwelling_id, application_id ON pipes_riserhousehold
    FOR EACH ROW EXECUTE FUNCTION pipes_household_at_home();

CREATE FUNCTION pipes_slot_of_household() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.household_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM pipes_riserhousehold h WHERE h.id = NEW.household_id AND h.application_id = NEW.application_id)
    THEN
        RAISE EXCEPTION 'the household is on another riser' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'riser_slot_of_the_riser';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_household BEFORE INSERT OR UPDATE OF household_id, application_id ON pipes_riserslot
    FOR EACH ROW EXECUTE FUNCTION pipes_slot_of_household();
"""
NO_RULES = """
DROP FUNCTION pipes_slot_of_household CASCADE; DROP FUNCTION pipes_household_at_home CASCADE;
DROP FUNCTION pipes_application_in_time CASCADE; DROP FUNCTION pipes_job_ground CASCADE;
DROP SEQUENCE pipes_job_number;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pipes", "0002_pipes_and_risers"),
        ("matters", "0002_integrity"),
        ("planning", "0002_integrity"),
        ("registry", "0009_follow_community"),
        ("streetworks", "0002_integrity"),
    ]
    operations = [
        migrations.RunSQL(SCOPES, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, NO_RULES),
    ]

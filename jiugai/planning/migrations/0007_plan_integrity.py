"""What PostgreSQL guarantees of plans: scope, versions and entries that stay, batches that move along their table."""

from django.db import migrations, models

FROM_AREA = ["planframe", "renewalunit", "planbundle", "planscenario", "currentplan"]
FROM_PARENT = [
    ("planversion", "planning_planscenario", "scenario_id"), ("solverun", "planning_planscenario", "scenario_id"),
    ("plandraft", "planning_planversion", "version_id"),
]  # fmt: skip
FOLLOW_PROJECT = ["projectinput", "batchitem"]
KEPT = ["planframe", "planversion", "planentry"]
HISTORIES = ["renewalunitevent", "planbundleevent", "projectinputevent", "batchitemevent"]
SCOPED = [*FROM_AREA, *[name for name, _, _ in FROM_PARENT], *FOLLOW_PROJECT, *HISTORIES]
MATTERS = ["planbatch", "planadjustment", "coredispatch"]

PATHS = "\n".join(
    [f"""CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON planning_{t}
        FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();""" for t in FROM_AREA]
    + [f"""CREATE TRIGGER a_set_path BEFORE INSERT ON planning_{t}
        FOR EACH ROW EXECUTE FUNCTION jiugai_take_path('{parent}', '{link}');""" for t, parent, link in FROM_PARENT]
    + [f"SELECT jiugai_follow('planning_{t}', 'planning_project', 'project_id');" for t in FOLLOW_PROJECT]
    + [f"SELECT jiugai_keep_all('planning_{t}');" for t in KEPT]
    + [f"SELECT jiugai_scope('planning_{t}');" for t in SCOPED]
    + [f"""SELECT jiugai_scope_through('planning_{t}', 'matters_matter', 'matter_ptr_id');
        SELECT jiugai_scope_through('planning_{t}event', 'matters_matter', 'pgh_obj_id');""" for t in MATTERS]
    + ["SELECT jiugai_scope_through('planning_planentry', 'planning_project', 'project_id');"]
)  # fmt: skip

STEPS = """
INSERT INTO planning_step VALUES ('leave_plan', 'in_plan', 'in_pool');
DELETE FROM planning_step WHERE starts = 'in_plan' AND ends = 'exited';

-- Three states stand behind a gate, and what is planned rests on an entry in the plan.
CREATE OR REPLACE FUNCTION planning_project_gates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked text := CASE NEW.state
    WHEN 'in_pool' THEN 'enter_pool' WHEN 'in_plan' THEN 'enter_plan' WHEN 'on_site' THEN 'start_works' END;
    planned boolean;
BEGIN
    IF OLD.state = NEW.state THEN RETURN NEW; END IF;
    IF asked IS NOT NULL AND (
        NOT EXISTS (SELECT 1 FROM planning_projectcommunity c WHERE c.project_id = NEW.id)
        OR EXISTS (SELECT 1 FROM planning_projectcommunity c WHERE c.project_id = NEW.id AND NOT EXISTS (
            SELECT 1 FROM planning_gatepassage p
            WHERE p.project_id = c.project_id AND p.community_id = c.community_id AND p.gate = asked))) THEN
        RAISE EXCEPTION 'the gate % is shut for a community of the project', asked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_went_through_the_gate';
    END IF;
    IF NEW.state IN ('in_pool', 'in_plan') THEN
        SELECT NOT e.removed INTO planned FROM planning_planentry e
            WHERE e.project_id = NEW.id ORDER BY e.id DESC LIMIT 1;
        IF coalesce(planned, false) <> (NEW.state = 'in_plan') THEN
            RAISE EXCEPTION 'state "%" does not agree with the implementation plan', NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'project_state_matches_plan';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""
NO_STEPS = """
DELETE FROM planning_step WHERE move = 'leave_plan';
INSERT INTO planning_step VALUES ('exit_pool', 'in_plan', 'exited');
"""

ENTRIES = """
CREATE FUNCTION planning_entry_rests() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ok boolean;
BEGIN
    IF NEW.item_id IS NOT NULL THEN
        ok := EXISTS (SELECT 1 FROM planning_batchitem i WHERE i.id = NEW.item_id AND i.project_id = NEW.project_id
            AND i.state = 'confirmed' AND i.start = NEW.start AND i.months = NEW.months);
    ELSE
        ok := EXISTS (SELECT 1 FROM planning_planadjustment a JOIN matters_matter m ON m.id = a.matter_ptr_id
            WHERE a.matter_ptr_id = NEW.adjustment_id AND a.project_id = NEW.project_id AND m.stage = 'approved'
            AND (a.what = 'out') = NEW.removed
            AND (NEW.removed OR a.start = NEW.start AND a.months = NEW.months));
    END IF;
    IF NOT ok THEN
        RAISE EXCEPTION 'the plan changes only by a confirmed application or an approved adjustment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_changes_on_record';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rests BEFORE INSERT ON planning_planentry FOR EACH ROW EXECUTE FUNCTION planning_entry_rests();

CREATE FUNCTION planning_item_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stage text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'what was applied for stays on record' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.batch_id, OLD.project_id) IS DISTINCT FROM (NEW.batch_id, NEW.project_id) THEN
        RAISE EXCEPTION 'an item stays in its batch' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT m.stage INTO stage FROM matters_matter m WHERE m.id = NEW.batch_id;
    IF (OLD.start, OLD.months) IS DISTINCT FROM (NEW.start, NEW.months) AND OLD.state IN ('confirmed', 'rejected') THEN
        RAISE EXCEPTION 'what the city decided changes only by an adjustment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_changes_on_record';
    END IF;
    IF OLD.state = NEW.state THEN RETURN NEW; END IF;
    IF NOT (
        OLD.state = 'applied' AND NEW.state IN ('questioned', 'confirmed', 'rejected', 'dropped')
        OR OLD.state = 'questioned' AND NEW.state IN ('answered', 'dropped')
        OR OLD.state = 'answered' AND NEW.state IN ('questioned', 'confirmed', 'rejected')) THEN
        RAISE EXCEPTION 'an item does not move from "%" to "%"', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_item_moves_along_the_table';
    END IF;
    IF NEW.state IN ('questioned', 'confirmed', 'rejected') AND stage IS DISTINCT FROM 'at_city' THEN
        RAISE EXCEPTION 'the city decides only what the district has applied for'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_was_applied_for';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_moves BEFORE UPDATE OR DELETE ON planning_batchitem
    FOR EACH ROW EXECUTE FUNCTION planning_item_moves();

CREATE FUNCTION planning_batch_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE here text;
BEGIN
    SELECT m.area_path INTO here FROM matters_matter m WHERE m.id = NEW.matter_ptr_id;
    PERFORM pg_advisory_xact_lock(hashtext('plan batch ' || here || NEW.year));
    SELECT coalesce(max(b.sequence), 0) + 1 INTO NEW.sequence FROM planning_planbatch b
        JOIN matters_matter m ON m.id = b.matter_ptr_id WHERE m.area_path = here AND b.year = NEW.year;
    RETURN NEW;
END $$;
CREATE TRIGGER number BEFORE INSERT ON planning_planbatch FOR EACH ROW EXECUTE FUNCTION planning_batch_numbers();

CREATE FUNCTION planning_version_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('plan version ' || NEW.scenario_id));
    SELECT coalesce(max(v.number), 0) + 1 INTO NEW.number FROM planning_planversion v
        WHERE v.scenario_id = NEW.scenario_id;
    RETURN NEW;
END $$;
CREATE TRIGGER number BEFORE INSERT ON planning_planversion FOR EACH ROW EXECUTE FUNCTION planning_version_numbers();
"""
NO_ENTRIES = """
DROP FUNCTION planning_version_numbers CASCADE; DROP FUNCTION planning_batch_numbers CASCADE;
DROP FUNCTION planning_item_moves CASCADE; DROP FUNCTION planning_entry_rests CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0006_plans"), ("matters", "0002_integrity"), ("registry", "0009_follow_community"),
        ("accounts", "0002_integrity")]
    operations = [
        migrations.RunSQL(PATHS, migrations.RunSQL.noop),
        migrations.RunSQL(STEPS, NO_STEPS),
        migrations.RunSQL(ENTRIES, NO_ENTRIES),
        migrations.RemoveConstraint("gatepassage", "gate_passed_once"),
        migrations.AddConstraint(
            "gatepassage",
            models.UniqueConstraint(fields=["project", "community", "gate", "decision"], name="gate_passed_once"),
        ),
    ]

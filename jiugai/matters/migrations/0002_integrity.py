"""What PostgreSQL itself guarantees of matters: their place, their number, the way of their stages, a log that stays."""

from django.db import migrations

PLACE = """
CREATE FUNCTION matters_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.community_id IS NULL THEN
        SELECT path INTO NEW.area_path FROM accounts_area WHERE id = NEW.area_id;
    ELSE
        SELECT area_id, area_path INTO NEW.area_id, NEW.area_path FROM registry_community WHERE id = NEW.community_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF community_id, area_id, area_path ON matters_matter
    FOR EACH ROW EXECUTE FUNCTION matters_place();
CREATE TRIGGER give_path_matters_matter AFTER UPDATE ON registry_community
    FOR EACH ROW WHEN (OLD.area_path IS DISTINCT FROM NEW.area_path)
    EXECUTE FUNCTION jiugai_give_path('matters_matter', 'community_id');

CREATE FUNCTION matters_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.number := to_char(NEW.opened_at AT TIME ZONE 'Asia/Shanghai', 'YYYY') || '-'
        || lpad(NEW.id::text, greatest(6, length(NEW.id::text)), '0');
    RETURN NEW;
END $$;
CREATE TRIGGER b_set_number BEFORE INSERT ON matters_matter FOR EACH ROW EXECUTE FUNCTION matters_number();
"""

STEPS = """
CREATE FUNCTION matters_check_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE came_from text := CASE WHEN TG_OP = 'INSERT' THEN '' ELSE OLD.stage END;
        ends_there boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.kind <> NEW.kind THEN
        RAISE EXCEPTION 'a matter keeps its kind' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' OR OLD.stage <> NEW.stage THEN
        IF NOT EXISTS (SELECT 1 FROM matters_allowedstep
                WHERE kind = NEW.kind AND from_stage = came_from AND to_stage = NEW.stage) THEN
            RAISE EXCEPTION 'no step of % leads from "%" to "%"', NEW.kind, came_from, NEW.stage
                USING ERRCODE = 'check_violation';
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.version <= OLD.version THEN
            RAISE EXCEPTION 'a step makes a new version' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    SELECT ends INTO ends_there FROM matters_allowedstep WHERE kind = NEW.kind AND to_stage = NEW.stage LIMIT 1;
    IF ends_there <> (NEW.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a matter is closed in a last stage and only there' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER c_check_step BEFORE INSERT OR UPDATE OF kind, stage, closed_at ON matters_matter
    FOR EACH ROW EXECUTE FUNCTION matters_check_step();

-- It looks with open eyes: at commit the scope of whoever wrote may be closed already.
CREATE FUNCTION matters_step_is_logged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('jiugai.scope', true), '');
        found boolean;
BEGIN
    PERFORM set_config('jiugai.scope', '*', false);
    found := EXISTS (SELECT 1 FROM matters_matterlog l WHERE l.matter_id = NEW.id AND l.to_stage = NEW.stage
            AND l.from_stage = CASE WHEN TG_OP = 'INSERT' THEN '' ELSE OLD.stage END AND l.xact = txid_current());
    PERFORM set_config('jiugai.scope', before, false);
    IF NOT found THEN
        RAISE EXCEPTION 'matter % changed its stage without a line in its log', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER step_is_logged_new AFTER INSERT ON matters_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION matters_step_is_logged();
CREATE CONSTRAINT TRIGGER step_is_logged AFTER UPDATE OF stage ON matters_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.stage IS DISTINCT FROM NEW.stage)
    EXECUTE FUNCTION matters_step_is_logged();

CREATE FUNCTION matters_log_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xact := txid_current();
    RETURN NEW;
END $$;
CREATE TRIGGER a_set_xact BEFORE INSERT ON matters_matterlog
    FOR EACH ROW EXECUTE FUNCTION matters_log_transaction();
"""

SCOPE = """
SELECT jiugai_scope('matters_matter');
SELECT jiugai_scope('matters_matterevent');
SELECT jiugai_scope_through('matters_handling', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('matters_handlingevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope_through('matters_matterlog', 'matters_matter', 'matter_id');
SELECT jiugai_scope_through('matters_matterpause', 'matters_matter', 'matter_id');
SELECT jiugai_scope_through('matters_matterdocument', 'matters_matter', 'matter_id');
SELECT jiugai_keep_all('matters_matterlog');
SELECT jiugai_keep_all('matters_matterdocument');
SELECT jiugai_keep_all('matters_holidayday');
"""

BACK = """
DROP FUNCTION matters_log_transaction CASCADE; DROP FUNCTION matters_step_is_logged CASCADE;
DROP FUNCTION matters_check_step CASCADE; DROP FUNCTION matters_number CASCADE;
DROP TRIGGER give_path_matters_matter ON registry_community; DROP FUNCTION matters_place CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial"), ("registry", "0009_follow_community")]
    operations = [migrations.RunSQL(PLACE + STEPS + SCOPE, BACK)]

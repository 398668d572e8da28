"""What a table of another part calls to lie in the area tree: follow its community (or parent), and be read by scope.

`SELECT jiugai_follow_community('matters_matter')` after a table with `community_id` and `area_path` is made: the path is
taken from the community and moves with it. `jiugai_follow('child', 'parent', 'parent_id')` does it for a child of such a table.
`jiugai_scope('table')` puts row level security on a table with `area_path`; `jiugai_scope_through` on a child without one.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION jiugai_take_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent bigint := (to_jsonb(NEW) ->> TG_ARGV[1])::bigint;
BEGIN
    IF parent IS NULL THEN RETURN NEW; END IF;
    EXECUTE format('SELECT area_path FROM %I WHERE id = $1', TG_ARGV[0]) INTO NEW.area_path USING parent;
    RETURN NEW;
END $$;

CREATE FUNCTION jiugai_give_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %I SET area_path = $1 WHERE %I = $2', TG_ARGV[0], TG_ARGV[1]) USING NEW.area_path, NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION jiugai_follow(child text, parent text, link text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF %I, area_path ON %I
        FOR EACH ROW EXECUTE FUNCTION jiugai_take_path(%L, %L)', link, child, parent, link);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON %I
        FOR EACH ROW WHEN (OLD.area_path IS DISTINCT FROM NEW.area_path)
        EXECUTE FUNCTION jiugai_give_path(%L, %L)', left('give_path_' || child, 60), parent, child, link);
END $$;

CREATE FUNCTION jiugai_follow_community(child text) RETURNS void LANGUAGE sql AS $$
    SELECT jiugai_follow(child, 'registry_community', 'community_id')
$$;

CREATE FUNCTION jiugai_scope(tab text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE POLICY scope ON %I USING (
        (SELECT current_setting(''jiugai.scope'', true)) = ''*''
        OR area_path ^@ ANY (string_to_array((SELECT current_setting(''jiugai.scope'', true)), '','')))', tab);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tab);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tab);
END $$;

CREATE FUNCTION jiugai_scope_through(tab text, home text, link text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE POLICY scope ON %I USING (
        (SELECT current_setting(''jiugai.scope'', true)) = ''*''
        OR EXISTS (SELECT 1 FROM %I h WHERE h.id = %I))', tab, home, link);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tab);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tab);
END $$;

CREATE FUNCTION jiugai_keep_all(tab text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
        FOR EACH ROW EXECUTE FUNCTION jiugai_append_only()', tab);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION jiugai_append_only()', tab);
END $$;
"""
BACK = """
DROP FUNCTION jiugai_keep_all; DROP FUNCTION jiugai_scope_through; DROP FUNCTION jiugai_scope;
DROP FUNCTION jiugai_follow_community; DROP FUNCTION jiugai_follow;
DROP FUNCTION jiugai_give_path CASCADE; DROP FUNCTION jiugai_take_path CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_rare_structures")]
    operations = [migrations.RunSQL(SQL, BACK)]

"""What PostgreSQL itself guarantees: append-only audit, its hash chain, area paths, scope by row."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION jiugai_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Test databases are emptied between tests; nothing else may be.
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION jiugai_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION jiugai_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON accounts_auditseal
    FOR EACH ROW EXECUTE FUNCTION jiugai_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON accounts_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION jiugai_append_only();
"""

CHAIN = """
CREATE FUNCTION accounts_audit_text(e accounts_auditevent) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    -- An explicit list: a column added later must not change what was sealed.
    SELECT jsonb_build_object(
        'id', e.id, 'at', extract(epoch FROM e.at)::text, 'action', e.action,
        'actor_user', e.actor_user, 'actor_token', e.actor_token, 'actor_name', e.actor_name,
        'organisation', e.organisation, 'subject_type', e.subject_type, 'subject_id', e.subject_id,
        'subject_label', e.subject_label, 'area_path', e.area_path, 'before', e.before, 'after', e.after,
        'reason', e.reason, 'request_id', e.request_id)::text
$$;

CREATE FUNCTION accounts_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last text;
BEGIN
    -- Runs at commit, so the lock is held for the moment of sealing only.
    PERFORM pg_advisory_xact_lock(hashtext('accounts_auditseal'));
    SELECT digest INTO last FROM accounts_auditseal ORDER BY seq DESC LIMIT 1;
    last := coalesce(last, repeat('0', 64));
    INSERT INTO accounts_auditseal (event_id, previous, digest)
    VALUES (NEW.id, last, encode(sha256(convert_to(last || accounts_audit_text(NEW), 'UTF8')), 'hex'));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER seal AFTER INSERT ON accounts_auditevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_audit_seal();

CREATE FUNCTION accounts_audit_broken_links() RETURNS TABLE (seq bigint, problem text) LANGUAGE sql STABLE AS $$
    WITH links AS (
        SELECT s.seq, s.event_id, s.previous, s.digest,
               lag(s.digest, 1, repeat('0', 64)) OVER (ORDER BY s.seq) AS expected
        FROM accounts_auditseal s)
    SELECT l.seq, CASE
        WHEN e.id IS NULL THEN 'event ' || l.event_id || ' is gone'
        WHEN l.previous <> l.expected THEN 'the link before was changed or removed'
        ELSE 'event ' || e.id || ' was changed' END
    FROM links l LEFT JOIN accounts_auditevent e ON e.id = l.event_id
    WHERE e.id IS NULL OR l.previous <> l.expected
       OR l.digest <> encode(sha256(convert_to(l.previous || accounts_audit_text(e), 'UTF8')), 'hex')
    UNION ALL
    SELECT 0, 'event ' || e.id || ' was never sealed'
    FROM accounts_auditevent e WHERE NOT EXISTS (SELECT 1 FROM accounts_auditseal s WHERE s.event_id = e.id)
    ORDER BY 1
$$;
"""

SCOPE = """
CREATE POLICY scope_read ON accounts_auditevent FOR SELECT USING (
    (SELECT current_setting('jiugai.scope', true)) = '*'
    OR area_path ^@ ANY (string_to_array((SELECT current_setting('jiugai.scope', true)), ',')));
CREATE POLICY anybody_writes ON accounts_auditevent FOR INSERT WITH CHECK (true);
ALTER TABLE accounts_auditevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts_auditevent FORCE ROW LEVEL SECURITY;
"""

AREAS = """
CREATE FUNCTION accounts_area_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.path := coalesce((SELECT path FROM accounts_area WHERE id = NEW.parent_id), '/') || NEW.code || '/';
    RETURN NEW;
END $$;
CREATE TRIGGER set_path BEFORE INSERT OR UPDATE OF code, parent_id, path ON accounts_area
    FOR EACH ROW EXECUTE FUNCTION accounts_area_path();

CREATE FUNCTION jiugai_path_from_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.area_path FROM accounts_area WHERE id = NEW.area_id;
    RETURN NEW;
END $$;
CREATE TRIGGER set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON accounts_organisation
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION jiugai_append_only CASCADE"),
        migrations.RunSQL(
            CHAIN,
            "DROP FUNCTION accounts_audit_broken_links; DROP FUNCTION accounts_audit_seal CASCADE;"
            " DROP FUNCTION accounts_audit_text",
        ),
        migrations.RunSQL(
            SCOPE,
            "ALTER TABLE accounts_auditevent DISABLE ROW LEVEL SECURITY;"
            " DROP POLICY scope_read ON accounts_auditevent; DROP POLICY anybody_writes ON accounts_auditevent",
        ),
        migrations.RunSQL(
            AREAS, "DROP FUNCTION accounts_area_path CASCADE; DROP FUNCTION jiugai_path_from_area CASCADE"
        ),
    ]

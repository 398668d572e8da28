"""PostgreSQL keeps the columns of a community that follow its check-ups; what is withdrawn stays withdrawn."""

from django.db import migrations

SQL = """
CREATE FUNCTION checkup_colours_community() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE home bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.community_id ELSE NEW.community_id END;
BEGIN
    UPDATE registry_community AS c
    SET checkup_year = n.year, checkup_score = n.score, checkup_provenance = n.provenance
    FROM (
        SELECT max(k.year) AS year, max(k.score) AS score, coalesce(max(k.provenance), '') AS provenance
        FROM (
            SELECT year, score, provenance FROM checkup_checkup
            WHERE community_id = home AND state = 'finished' ORDER BY year DESC, id DESC LIMIT 1
        ) AS k
    ) AS n
    WHERE c.id = home AND (c.checkup_year, c.checkup_score, c.checkup_provenance)
        IS DISTINCT FROM (n.year, n.score, n.provenance);
    RETURN NULL;
END $$;
CREATE TRIGGER colours_community AFTER INSERT OR DELETE OR UPDATE OF state, score, year, provenance, community_id
    ON checkup_checkup FOR EACH ROW EXECUTE FUNCTION checkup_colours_community();

CREATE OR REPLACE FUNCTION checkup_stays_finished() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'withdrawn' AND (NEW.state, NEW.withdrawn_at, NEW.withdrawn_reason)
            IS DISTINCT FROM (OLD.state, OLD.withdrawn_at, OLD.withdrawn_reason) THEN
        RAISE EXCEPTION 'a withdrawn check-up stays withdrawn' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'finished' AND (NEW.state NOT IN ('finished', 'withdrawn') OR NEW.finished_at <> OLD.finished_at) THEN
        RAISE EXCEPTION 'a finished check-up stays finished' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.edition_id <> OLD.edition_id OR NEW.year <> OLD.year THEN
        RAISE EXCEPTION 'a check-up keeps its year and edition' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

SELECT set_config('jiugai.scope', '*', true);
UPDATE registry_community AS c
SET checkup_year = n.year, checkup_score = n.score, checkup_provenance = n.provenance
FROM (
    SELECT DISTINCT ON (community_id) community_id, year, score, provenance FROM checkup_checkup
    WHERE state = 'finished' ORDER BY community_id, year DESC, id DESC
) AS n
WHERE c.id = n.community_id;
"""
BACK = """
DROP FUNCTION checkup_colours_community CASCADE;
CREATE OR REPLACE FUNCTION checkup_stays_finished() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'finished' AND (NEW.state <> 'finished' OR NEW.finished_at <> OLD.finished_at) THEN
        RAISE EXCEPTION 'a finished check-up stays finished' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.edition_id <> OLD.edition_id OR NEW.year <> OLD.year THEN
        RAISE EXCEPTION 'a check-up keeps its year and edition' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("checkup", "0003_withdrawing"), ("registry", "0013_checkup_columns")]
    operations = [migrations.RunSQL(SQL, BACK)]

"""What PostgreSQL itself guarantees for check-ups: paths, scope by row, editions that stay as they were entered."""

from django.db import migrations

SQL = """
SELECT jiugai_follow_community('checkup_checkup');
SELECT jiugai_scope('checkup_checkup');
SELECT jiugai_scope('checkup_checkupevent');
SELECT jiugai_scope_through('checkup_checkuppart', 'checkup_checkup', 'checkup_id');
SELECT jiugai_scope_through('checkup_checkupanswer', 'checkup_checkuppart', 'part_id');
SELECT jiugai_scope_through('checkup_checkupdefect', 'checkup_checkuppart', 'part_id');
SELECT jiugai_keep_all('checkup_checkupedition');

CREATE FUNCTION checkup_stays_finished() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'finished' AND (NEW.state <> 'finished' OR NEW.finished_at <> OLD.finished_at) THEN
        RAISE EXCEPTION 'a finished check-up stays finished' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.edition_id <> OLD.edition_id OR NEW.year <> OLD.year THEN
        RAISE EXCEPTION 'a check-up keeps its year and edition' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_finished BEFORE UPDATE ON checkup_checkup
    FOR EACH ROW EXECUTE FUNCTION checkup_stays_finished();
"""


class Migration(migrations.Migration):
    dependencies = [("checkup", "0001_checkups"), ("registry", "0009_follow_community"), ("accounts", "0002_integrity")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION checkup_stays_finished CASCADE")]

"""`planning_keep_words` without arguments keeps every word, instead of stopping over an empty list."""

from django.db import migrations

KEPT = """
CREATE OR REPLACE FUNCTION planning_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before jsonb; after jsonb; name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '% keeps its rows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    before := to_jsonb(OLD) - 'area_path'; after := to_jsonb(NEW) - 'area_path';
    FOREACH name IN ARRAY coalesce(TG_ARGV, '{}') LOOP
        IF coalesce(before ->> name, '') <> '' AND before ->> name IS DISTINCT FROM after ->> name THEN
            RAISE EXCEPTION '% is closed already', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END IF;
        before := before - name; after := after - name;
    END LOOP;
    IF before IS DISTINCT FROM after THEN
        RAISE EXCEPTION '% keeps what was said', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0009_after_works")]
    operations = [migrations.RunSQL(KEPT, migrations.RunSQL.noop)]

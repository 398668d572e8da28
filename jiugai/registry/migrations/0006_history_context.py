"""Row history that can be written in bulk.

pghistory's own function catches an exception and locks its context row for every row it records. In a transaction of
60,000 rows that made each insert cost ten milliseconds. This one reads the settings without an exception and
touches the context row only when it is new or says something else.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    said jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
    held jsonb;
BEGIN
    IF wanted IS NULL OR said IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT metadata INTO held FROM pghistory_context WHERE id = wanted;
    IF held IS NULL THEN
        INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (wanted, said, now(), now())
            ON CONFLICT (id) DO NOTHING;
    ELSIF held <> said THEN
        UPDATE pghistory_context SET metadata = said, updated_at = now() WHERE id = wanted;
    END IF;
    RETURN wanted;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_search_pairs"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]

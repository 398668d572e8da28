"""Who sees what was refused: the whole city's people all of it, others what speaks of a community they see.

Policies on the register hide communities out of scope, so the sub-query says it in one line.
"""

from django.db import migrations

SQL = """
DROP POLICY read ON offline_refusedoperation;
CREATE POLICY read ON offline_refusedoperation FOR SELECT USING (
    (SELECT current_setting('jiugai.scope', true)) = '*'
    OR EXISTS (SELECT 1 FROM registry_community c WHERE c.id = community_ref)
);
"""
BACK = """
DROP POLICY read ON offline_refusedoperation;
CREATE POLICY read ON offline_refusedoperation FOR SELECT USING ((SELECT current_setting('jiugai.scope', true)) = '*');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offline", "0002_desk_counter"),
        ("registry", "0009_follow_community"),
    ]
    operations = [migrations.RunSQL(SQL, BACK)]

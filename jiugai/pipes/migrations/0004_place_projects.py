"""Put the projects that stood before the search for overlaps on the map, widened by the figures of 2022-11-09."""

from django.db import migrations

SQL = """
SELECT set_config('jiugai.scope', '*', true);
INSERT INTO streetworks_footprint (project_ref, title, community_id, area_path, buildings, buffer_m, radius_m, slack_days,
                                   since, live, provenance)
SELECT p.code, p.title, c.community_id, '',
    ARRAY(SELECT b.building_id FROM planning_projectbuilding b WHERE b.project_id = p.id), 10, 100, 365,
    p.proposed_on, true, p.provenance
FROM planning_project p JOIN planning_projectcommunity c ON c.project_id = p.id
WHERE p.state NOT IN ('exited', 'withdrawn')
ON CONFLICT (project_ref, community_id) DO NOTHING;
SELECT set_config('jiugai.scope', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("pipes", "0003_integrity"), ("planning", "0002_integrity"), ("streetworks", "0003_told")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]

"""A project that was given up takes its ground off the map, whoever gave it up; one that came back puts it on again."""

from django.db import migrations

SQL = """
CREATE FUNCTION pipes_project_ground() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scope text := streetworks_see_all();
BEGIN
    UPDATE streetworks_footprint SET live = NEW.state NOT IN ('exited', 'withdrawn'), title = NEW.title
    WHERE project_ref = NEW.code
      AND (live, title) IS DISTINCT FROM (NEW.state NOT IN ('exited', 'withdrawn'), NEW.title);
    PERFORM set_config('jiugai.scope', scope, true);
    RETURN NULL;
END $$;
CREATE TRIGGER z_ground AFTER UPDATE OF state, title ON planning_project FOR EACH ROW
    EXECUTE FUNCTION pipes_project_ground();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0004_pledge_photos"), ("streetworks", "0002_integrity")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION pipes_project_ground CASCADE")]

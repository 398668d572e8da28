"""A pair proposed as one community lies where both do: when one of them is assigned to a street, the pair follows."""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION registry_community_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_duplicatepair SET area_path = '' WHERE first_id = NEW.id OR second_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER d_pairs_follow AFTER UPDATE OF area_id, area_path ON registry_community
    FOR EACH ROW WHEN (OLD.area_path IS DISTINCT FROM NEW.area_path)
    EXECUTE FUNCTION registry_community_pairs();
"""
NO_FOLLOW = "DROP FUNCTION registry_community_pairs CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_unit_name_once")]
    operations = [migrations.RunSQL(FOLLOW, NO_FOLLOW)]

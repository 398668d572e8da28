"""What PostgreSQL itself guarantees: scope by row, surveys that stay, versions of guards, the count that reopens."""

from django.db import migrations

SQL = """
SELECT jiugai_scope_through('governance_illegalstructure', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('governance_illegalstructureevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope_through('governance_stakelock', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('governance_stakelockevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope_through('governance_wallopening', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('governance_wallopeningevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope_through('governance_grouprental', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('governance_grouprentalevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope_through('governance_inventorysurvey', 'registry_community', 'community_id');
SELECT jiugai_keep_all('governance_inventorysurvey');
SELECT jiugai_follow_community('governance_windowguard');
SELECT jiugai_scope('governance_windowguard');
SELECT jiugai_scope('governance_windowguardevent');
CREATE TRIGGER c_next_version BEFORE UPDATE ON governance_windowguard
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION registry_next_version();

-- A group rental found where others were closed before and none is open is one found again (T02-10).
CREATE FUNCTION governance_found_again() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE home bigint;
BEGIN
    SELECT community_id INTO home FROM matters_matter WHERE id = NEW.matter_ptr_id;
    NEW.again := EXISTS (SELECT 1 FROM matters_matter WHERE kind = 'group_rental' AND community_id = home
            AND closed_at IS NOT NULL AND stage = 'closed' AND id <> NEW.matter_ptr_id)
        AND NOT EXISTS (SELECT 1 FROM matters_matter WHERE kind = 'group_rental' AND community_id = home
            AND closed_at IS NULL AND id <> NEW.matter_ptr_id);
    RETURN NEW;
END $$;
CREATE TRIGGER a_found_again BEFORE INSERT ON governance_grouprental
    FOR EACH ROW EXECUTE FUNCTION governance_found_again();
"""
BACK = """
DROP FUNCTION governance_found_again CASCADE;
DROP TRIGGER give_path_governance_windowguard ON registry_community;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0001_problems"),
        ("matters", "0002_integrity"),
        ("registry", "0009_follow_community"),
    ]
    operations = [migrations.RunSQL(SQL, BACK)]

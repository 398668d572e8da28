"""What PostgreSQL itself guarantees: scope by row, statements on measures that stay."""

from django.db import migrations

SQL = """
SELECT jiugai_scope_through('assessment_hardproblem', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('assessment_hardproblemevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope_through('assessment_policystudy', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('assessment_policystudyevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_keep_all('assessment_measurereport');
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON assessment_mechanism
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON assessment_liaisoncontact
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
SELECT jiugai_follow('assessment_meeting', 'assessment_mechanism', 'mechanism_id');
SELECT jiugai_scope('assessment_mechanism');
SELECT jiugai_scope('assessment_mechanismevent');
SELECT jiugai_scope('assessment_meeting');
SELECT jiugai_scope('assessment_meetingevent');
SELECT jiugai_scope('assessment_liaisoncontact');
SELECT jiugai_scope('assessment_liaisoncontactevent');
SELECT jiugai_scope_through('assessment_mechanismmember', 'assessment_mechanism', 'mechanism_id');
"""
BACK = """
DROP TRIGGER a_set_path ON assessment_mechanism; DROP TRIGGER a_set_path ON assessment_liaisoncontact;
DROP TRIGGER give_path_assessment_meeting ON assessment_mechanism;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_tasks"),
        ("matters", "0002_integrity"),
        ("registry", "0009_follow_community"),
    ]
    operations = [migrations.RunSQL(SQL, BACK)]

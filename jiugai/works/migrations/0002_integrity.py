"""What PostgreSQL itself guarantees: scope by row, records that stay, an acceptance that passes only when all items do."""

from django.db import migrations

KINDS = [
    "sitecheck", "sitefinding", "specialacceptance", "facadeacceptance", "acceptancefiling", "effectreview",
    "effectfollowup", "warrantyclaim", "handover", "residentreport", "openchallenge",
]  # fmt: skip
OF_PROJECT = [
    "sitefirm", "siterisk", "sitedevice", "sitefeedtoken", "firerecord", "completion", "warrantyterm",
    "defectinsurance", "techniqueuse", "drawinguse", "sitedeviceevent", "warrantytermevent", "defectinsuranceevent",
    "techniqueuseevent",
]  # fmt: skip
OF_MATTER = {
    "specialitem": "acceptance_id", "tryout": "acceptance_id", "partyanswer": "review_id",
    "challengebid": "challenge_id", "signedpaper": "matter_id", "reportreceipt": "report_id",
}  # fmt: skip
KEPT = [
    "siterisk", "safetyevaluation", "specialitem", "specialmark", "tryout", "partyanswer", "firerecord", "completion",
    "signedpaper", "devicereading", "drawinguse",
]  # fmt: skip

SCOPE = "\n".join(
    [f"SELECT jiugai_scope_through('works_{k}', 'matters_matter', 'matter_ptr_id');" for k in KINDS]
    + [f"SELECT jiugai_scope_through('works_{k}event', 'matters_matter', 'pgh_obj_id');" for k in KINDS]
    + [f"SELECT jiugai_scope_through('works_{t}', 'planning_project', 'project_id');" for t in OF_PROJECT]
    + [f"SELECT jiugai_scope_through('works_{t}', 'matters_matter', '{link}');" for t, link in OF_MATTER.items()]
    + ["SELECT jiugai_scope_through('works_specialmark', 'works_specialitem', 'item_id');",
       "SELECT jiugai_scope_through('works_devicereading', 'works_sitedevice', 'device_id');"]
    + [f"""CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON works_{t}
        FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();""" for t in ("boughtservice", "safetyevaluation")]
    + [f"SELECT jiugai_scope('works_{t}');" for t in ("boughtservice", "boughtserviceevent", "safetyevaluation")]
    + [f"SELECT jiugai_keep_all('works_{t}');" for t in KEPT]
)  # fmt: skip

SPECIAL = """
-- An acceptance passes only when the newest mark of every item it asks for is a pass; afterwards nothing is marked.
-- Both sides lock the acceptance, so a failure and the pass cannot slip past each other.
CREATE FUNCTION works_special_passes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.passed_on IS NULL THEN RETURN NEW; END IF;
    IF NOT EXISTS (SELECT 1 FROM works_specialitem i WHERE i.acceptance_id = NEW.matter_ptr_id AND i.left_out = '')
       OR EXISTS (SELECT 1 FROM works_specialitem i WHERE i.acceptance_id = NEW.matter_ptr_id AND i.left_out = ''
            AND coalesce((SELECT m.result FROM works_specialmark m WHERE m.item_id = i.id ORDER BY m.id DESC LIMIT 1),
                'none') <> 'pass') THEN
        RAISE EXCEPTION 'not every item of the special acceptance passed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'special_passes_item_by_item';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER c_passes BEFORE INSERT OR UPDATE OF passed_on ON works_specialacceptance
    FOR EACH ROW EXECUTE FUNCTION works_special_passes();

CREATE FUNCTION works_special_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE passed date;
BEGIN
    SELECT a.passed_on INTO passed FROM works_specialacceptance a JOIN works_specialitem i
        ON i.acceptance_id = a.matter_ptr_id WHERE i.id = NEW.item_id FOR UPDATE OF a;
    IF passed IS NOT NULL THEN
        RAISE EXCEPTION 'the special acceptance has passed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'special_is_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER c_open BEFORE INSERT ON works_specialmark FOR EACH ROW EXECUTE FUNCTION works_special_open();

-- A completion stands only for a project that went through its gate.
CREATE FUNCTION works_completion_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM planning_project p WHERE p.id = NEW.project_id AND p.state = 'completed'
            AND p.works_started_on <= NEW.completed_on) THEN
        RAISE EXCEPTION 'the project is not completed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'completion_of_a_completed_project';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER c_stands BEFORE INSERT ON works_completion FOR EACH ROW EXECUTE FUNCTION works_completion_stands();
"""
BACK = """
DROP FUNCTION works_completion_stands CASCADE; DROP FUNCTION works_special_open CASCADE;
DROP FUNCTION works_special_passes CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("works", "0001_works"),
        ("matters", "0002_integrity"),
        ("registry", "0009_follow_community"),
        ("planning", "0009_after_works"),
    ]
    operations = [migrations.RunSQL(SCOPE, migrations.RunSQL.noop), migrations.RunSQL(SPECIAL, BACK)]

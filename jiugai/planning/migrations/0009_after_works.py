"""The life after the works: a project is completed through its gate, then reviewed, then handed over."""

from django.db import migrations, models

STEPS = """
INSERT INTO planning_step VALUES ('review', 'completed', 'reviewed'), ('hand_over', 'reviewed', 'handed_over');

CREATE OR REPLACE FUNCTION planning_project_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := ''; stored boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.state;
        NEW.version := OLD.version + 1;
    END IF;
    IF before = NEW.state THEN RETURN NEW; END IF;
    IF NOT EXISTS (SELECT 1 FROM planning_step WHERE starts = before AND ends = NEW.state) THEN
        RAISE EXCEPTION 'a project does not move from "%" to "%"', before, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_moves_along_the_table';
    END IF;
    stored := EXISTS (SELECT 1 FROM planning_poolentry WHERE project_id = NEW.id AND exited_on IS NULL);
    IF stored <> (NEW.state IN ('in_pool', 'in_plan', 'on_site', 'completed', 'reviewed', 'handed_over')) THEN
        RAISE EXCEPTION 'state "%" does not agree with the entry in the pool', NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_state_matches_pool';
    END IF;
    RETURN NEW;
END $$;

-- Beside `planning_project_gates`, which knows the gates before the works.
CREATE FUNCTION planning_project_completes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM planning_projectcommunity c WHERE c.project_id = NEW.id)
       OR EXISTS (SELECT 1 FROM planning_projectcommunity c WHERE c.project_id = NEW.id AND NOT EXISTS (
            SELECT 1 FROM planning_gatepassage p
            WHERE p.project_id = c.project_id AND p.community_id = c.community_id AND p.gate = 'complete')) THEN
        RAISE EXCEPTION 'the gate complete is shut for a community of the project'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_went_through_the_gate';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER e_completes BEFORE UPDATE OF state ON planning_project
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.state = 'completed')
    EXECUTE FUNCTION planning_project_completes();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0008_menus_ranking_schedules")]
    operations = [
        migrations.RunSQL(STEPS, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='project',
            name='project_start_matches_state',
        ),
        migrations.AlterField(
            model_name='project',
            name='state',
            field=models.CharField(choices=[('proposed', '待入库'), ('in_pool', '在库'), ('in_plan', '已列入计划'), ('on_site', '施工中'), ('completed', '已竣工'), ('reviewed', '已评价'), ('handed_over', '已移交'), ('exited', '已出库'), ('withdrawn', '已撤回')], default='proposed', editable=False, max_length=12, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='projectevent',
            name='state',
            field=models.CharField(choices=[('proposed', '待入库'), ('in_pool', '在库'), ('in_plan', '已列入计划'), ('on_site', '施工中'), ('completed', '已竣工'), ('reviewed', '已评价'), ('handed_over', '已移交'), ('exited', '已出库'), ('withdrawn', '已撤回')], default='proposed', editable=False, max_length=12, verbose_name='状态'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['on_site', 'completed', 'reviewed', 'handed_over']), ('works_started_on__isnull', False)), models.Q(('state__in', ['proposed', 'in_pool', 'in_plan', 'exited', 'withdrawn']), ('works_started_on__isnull', True)), _connector='OR'), name='project_start_matches_state'),
        ),
    ]

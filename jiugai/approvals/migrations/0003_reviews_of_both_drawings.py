"""A drawing review looks at the project's own drawings or at those of the special scheme."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


HOLDS = """
CREATE OR REPLACE FUNCTION approvals_review_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.edition_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM approvals_schemeedition e JOIN approvals_scheme s ON s.id = e.scheme_id
        WHERE e.id = NEW.edition_id AND s.project_id = NEW.project_id AND s.kind = NEW.subject) THEN
        RAISE EXCEPTION 'a review looks at the scheme of its subject and project'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_of_its_scheme';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER b_holds ON approvals_drawingreview;
CREATE TRIGGER b_holds BEFORE INSERT OR UPDATE OF edition_id, project_id, subject ON approvals_drawingreview
    FOR EACH ROW EXECUTE FUNCTION approvals_review_holds();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0002_integrity'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='drawingreview',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='drawingreview',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='drawingreview',
            name='subject',
            field=models.CharField(choices=[('scheme', '施工图'), ('special', '专项施工图')], default='special', max_length=8, verbose_name='审查对象'),
        ),
        migrations.AddField(
            model_name='drawingreviewevent',
            name='subject',
            field=models.CharField(choices=[('scheme', '施工图'), ('special', '专项施工图')], default='special', max_length=8, verbose_name='审查对象'),
        ),
        migrations.AlterField(
            model_name='drawingreview',
            name='edition',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='approvals.schemeedition', verbose_name='方案'),
        ),
        migrations.AlterField(
            model_name='drawingreviewevent',
            name='edition',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='approvals.schemeedition', verbose_name='方案'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawingreview',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."drawings" IS DISTINCT FROM (NEW."drawings") OR OLD."edition_id" IS DISTINCT FROM (NEW."edition_id") OR OLD."opinion" IS DISTINCT FROM (NEW."opinion") OR OLD."project_id" IS DISTINCT FROM (NEW."project_id") OR OLD."subject" IS DISTINCT FROM (NEW."subject"))', func='INSERT INTO "approvals_drawingreviewevent" ("drawings", "edition_id", "opinion", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "subject") VALUES (NEW."drawings", NEW."edition_id", NEW."opinion", _pgh_attach_context(), NOW(), \'update\', NEW."matter_ptr_id", NEW."project_id", NEW."subject"); RETURN NULL;', hash='a2d5df5579555c9740b6b5ab4bc7bf3ed6048502', operation='UPDATE', pgid='pgtrigger_update_update_17faf', table='approvals_drawingreview', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawingreview',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "approvals_drawingreviewevent" ("drawings", "edition_id", "opinion", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "subject") VALUES (OLD."drawings", OLD."edition_id", OLD."opinion", _pgh_attach_context(), NOW(), \'delete\', OLD."matter_ptr_id", OLD."project_id", OLD."subject"); RETURN NULL;', hash='ec7270796bbc995b0bf06b56f839da09276396d8', operation='DELETE', pgid='pgtrigger_delete_delete_48b1b', table='approvals_drawingreview', when='AFTER')),
        ),
        migrations.RunSQL(HOLDS, migrations.RunSQL.noop),
    ]

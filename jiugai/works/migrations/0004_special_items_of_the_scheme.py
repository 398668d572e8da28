"""A special acceptance goes by the items of the special scheme that stands."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# As in 0002; where a special scheme was on record, every item of the edition that stands must be among the items.
PASSES = """
CREATE OR REPLACE FUNCTION works_special_passes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE newest bigint;
BEGIN
    IF NEW.passed_on IS NULL THEN RETURN NEW; END IF;
    IF NOT EXISTS (SELECT 1 FROM works_specialitem i WHERE i.acceptance_id = NEW.matter_ptr_id AND i.left_out = '')
       OR EXISTS (SELECT 1 FROM works_specialitem i WHERE i.acceptance_id = NEW.matter_ptr_id AND i.left_out = ''
            AND coalesce((SELECT m.result FROM works_specialmark m WHERE m.item_id = i.id ORDER BY m.id DESC LIMIT 1),
                'none') <> 'pass') THEN
        RAISE EXCEPTION 'not every item of the special acceptance passed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'special_passes_item_by_item';
    END IF;
    SELECT e.id INTO newest FROM approvals_schemeedition e JOIN approvals_scheme s ON s.id = e.scheme_id
        WHERE s.project_id = NEW.project_id AND s.kind = 'special' ORDER BY e.number DESC LIMIT 1;
    IF newest IS NOT NULL AND (NEW.edition_id IS DISTINCT FROM newest OR EXISTS (
            SELECT 1 FROM approvals_schemeitem s WHERE s.edition_id = newest AND NOT EXISTS (
                SELECT 1 FROM works_specialitem i WHERE i.acceptance_id = NEW.matter_ptr_id
                  AND i.scheme_item_id = s.id AND i.left_out = ''))) THEN
        RAISE EXCEPTION 'the special acceptance does not go by every item of the scheme that stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'special_goes_by_the_scheme';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0003_reviews_of_both_drawings'),
        ('works', '0003_evaluation_order'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='specialacceptance',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='specialacceptance',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='specialacceptance',
            name='edition',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='approvals.schemeedition', verbose_name='方案版次'),
        ),
        migrations.AddField(
            model_name='specialacceptanceevent',
            name='edition',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='approvals.schemeedition', verbose_name='方案版次'),
        ),
        migrations.AddField(
            model_name='specialitem',
            name='scheme_item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.schemeitem', verbose_name='方案项目'),
        ),
        migrations.AlterField(
            model_name='specialitem',
            name='place',
            field=models.CharField(max_length=170, verbose_name='部位'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specialacceptance',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."edition_id" IS DISTINCT FROM (NEW."edition_id") OR OLD."no_try_out" IS DISTINCT FROM (NEW."no_try_out") OR OLD."passed_on" IS DISTINCT FROM (NEW."passed_on") OR OLD."project_id" IS DISTINCT FROM (NEW."project_id") OR OLD."scheme_on" IS DISTINCT FROM (NEW."scheme_on") OR OLD."scheme_ref" IS DISTINCT FROM (NEW."scheme_ref"))', func='INSERT INTO "works_specialacceptanceevent" ("edition_id", "no_try_out", "passed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "scheme_on", "scheme_ref") VALUES (NEW."edition_id", NEW."no_try_out", NEW."passed_on", _pgh_attach_context(), NOW(), \'update\', NEW."matter_ptr_id", NEW."project_id", NEW."scheme_on", NEW."scheme_ref"); RETURN NULL;', hash='b45a27601615fe6ef7c6f528362331e9ee925556', operation='UPDATE', pgid='pgtrigger_update_update_2d931', table='works_specialacceptance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='specialacceptance',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "works_specialacceptanceevent" ("edition_id", "no_try_out", "passed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "scheme_on", "scheme_ref") VALUES (OLD."edition_id", OLD."no_try_out", OLD."passed_on", _pgh_attach_context(), NOW(), \'delete\', OLD."matter_ptr_id", OLD."project_id", OLD."scheme_on", OLD."scheme_ref"); RETURN NULL;', hash='537d74f53f50d412cb2a283e7b04ebbb2584f806', operation='DELETE', pgid='pgtrigger_delete_delete_2c7ea', table='works_specialacceptance', when='AFTER')),
        ),
        migrations.RunSQL(PASSES, migrations.RunSQL.noop),
    ]

"""Indexes for what a week opened and closed, and for the matters that are made up."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("matters", "0003_all_by_due_date")]
    operations = [
        migrations.AddIndex(model_name="matter", index=models.Index(fields=["opened_at"], name="matter_opened_at")),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["closed_at"], name="matter_closed_at", condition=Q(closed_at__isnull=False)),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                fields=["area_path"], name="matter_demo", condition=Q(provenance="demo"), opclasses=["text_pattern_ops"]
            ),
        ),
    ]

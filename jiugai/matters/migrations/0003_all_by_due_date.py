"""An index for the list of all matters by due date; the inbox's own leaves closed ones out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_integrity")]
    operations = [
        migrations.AddIndex(
            model_name="matter", index=models.Index(fields=["due_on", "id"], name="matter_all_due")
        ),
    ]

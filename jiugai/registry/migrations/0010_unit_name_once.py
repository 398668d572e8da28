"""Two property units of one name are one unit, also when their districts cannot see each other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_follow_community")]

    operations = [
        migrations.AddConstraint(
            model_name="ownerunit",
            constraint=models.UniqueConstraint(fields=["name"], name="owner_unit_name_once"),
        ),
    ]

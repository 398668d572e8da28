"""Share what is enforced; take the codes of audited actions from the code, so that a new one needs no migration."""

from django.db import migrations, models

import jiugai.accounts.models.audit


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_action_codes")]

    operations = [
        migrations.AlterField(
            model_name="sharingrule",
            name="dataset",
            field=models.CharField(
                "数据", choices=[("documents", "材料"), ("contacts", "联系人电话")], max_length=20
            ),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="action",
            field=models.CharField("动作", choices=jiugai.accounts.models.audit.action_choices, max_length=40),
        ),
    ]

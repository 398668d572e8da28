"""Numbers for entries made at desks, as phones count their own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("offline", "0001_what_phones_send")]
    operations = [migrations.RunSQL("CREATE SEQUENCE offline_desk_counter", "DROP SEQUENCE offline_desk_counter")]

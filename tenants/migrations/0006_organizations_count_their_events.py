"""An organization counts the events of its stream, as cases and templates do theirs (the timeline counts for it)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0005_tokens_of_active_users")]
    operations = [
        migrations.AddField("organization", "version", models.BigIntegerField(default=0, db_default=0))
    ]

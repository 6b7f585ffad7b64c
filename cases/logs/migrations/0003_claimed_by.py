"""A claim has a name of its own, so that its holder can prolong it from a thread beside the work."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("case_logs", "0002_due")]
    operations = [
        migrations.AddField(model_name="logimport", name="claimed_by", field=models.UUIDField(null=True)),
    ]

"""A field's identity says which version brought it: a case last written before that cannot have a value."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("templates_app", "0002_published_versions_stay")]
    operations = [
        migrations.AddField("fieldidentity", "since", models.PositiveIntegerField(default=1, db_default=1)),
    ]

"""Imports count what people want of them: a start can name the plan it was decided by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("case_logs", "0005_left_and_lost")]
    operations = [
        migrations.AddField("logimport", "version", models.PositiveBigIntegerField(default=1, db_default=1))
    ]

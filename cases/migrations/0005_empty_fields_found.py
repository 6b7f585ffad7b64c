"""Cases are found by the fields they lack, and a board's figures are read from an index alone.

What a case is found by says from now on which of its fields are empty (cases/index.py). Cases written before
are marked as such, and asked one by one until they are changed.
"""

from django.db import migrations, models

MARK = """
ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY;
UPDATE cases_case SET document = document || to_tsvector('simple', '/v0') WHERE document IS NOT NULL;
ALTER TABLE cases_case FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_organizations_vouched_for"),
        ("templates_app", "0003_fields_since_a_version"),
    ]
    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.RemoveIndex("case", "case_board"),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["organization", "template", "stage", "id"],
                include=["stage_entered_at"],
                condition=models.Q(("status__in", ["on_hold", "open"])),
                name="case_board",
            ),
        ),
    ]

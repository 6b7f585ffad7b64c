"""What the planner must know and have, so that a list costs the same in a small and in a large organization.

A field belongs to one organization, and its values to the field: taken as independent columns, the planner
believes in a handful of rows where there are thousands, and reads them all. The finder plans for the very words
it is asked for: a word in every case is read along the newest cases, a rare one from the index of words.
"""

from django.db import migrations, models

STATISTICS = """
CREATE STATISTICS value_of_field (ndistinct, dependencies) ON organization_id, field_id FROM cases_value;
CREATE STATISTICS value_text_of_field (ndistinct, dependencies, mcv) ON organization_id, field_id, text FROM cases_value;
CREATE STATISTICS case_standing (ndistinct, dependencies, mcv) ON organization_id, template_id, status, stage FROM cases_case;
SET ROLE casefy_finder;
ALTER FUNCTION finder.cases(text, uuid, integer) SET plan_cache_mode = force_custom_plan;
RESET ROLE;
"""

UNDO = """
DROP STATISTICS value_of_field, value_text_of_field, case_standing;
SET ROLE casefy_finder;
ALTER FUNCTION finder.cases(text, uuid, integer) RESET plan_cache_mode;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_search")]
    operations = [
        migrations.RemoveIndex("value", "value_of_case"),
        migrations.AddIndex(
            "value", models.Index(fields=["organization", "case", "field"], name="value_of_case")
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["organization", "status", "id"],
                condition=models.Q(("status__in", ["cancelled", "closed"])),
                name="case_ended",
            ),
        ),
        migrations.RunSQL(STATISTICS, UNDO),
    ]

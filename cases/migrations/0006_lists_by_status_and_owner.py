"""Lists of one status, owner or team stand in their index in the order of opening: a page stops where it is full."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_empty_fields_found")]
    operations = [
        *(
            migrations.RemoveIndex("case", name)
            for name in ("case_running", "case_ended", "case_of_template", "case_owner", "case_team")
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["organization", "status", "id"], name="case_status")
        ),
        *(
            migrations.AddIndex(
                "case", models.Index(fields=["organization", key, "status", "id"], name=name)
            )
            for key, name in (("template", "case_of_template"), ("owner", "case_owner"), ("team", "case_team"))
        ),
    ]

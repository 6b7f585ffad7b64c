"""Members, roles and teams count their changes: a change can name the version it was made from."""

from django.db import migrations, models


def _version() -> models.PositiveBigIntegerField:
    return models.PositiveBigIntegerField(default=1, db_default=1)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0006_organizations_count_their_events")]
    operations = [migrations.AddField(model, "version", _version()) for model in ("member", "role", "team")]

"""An event's instants are days of a calendar: infinity, which Postgres takes, could not be read back."""

from datetime import UTC, datetime

from django.db import migrations, models
from django.db.models import Q

CALENDAR = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


class Migration(migrations.Migration):
    dependencies = [("timeline", "0009_relay_claims")]
    operations = [
        migrations.AddConstraint(
            "event",
            models.CheckConstraint(
                condition=Q(occurred_at__range=CALENDAR, recorded_at__range=CALENDAR), name="event_has_its_day"
            ),
        ),
    ]

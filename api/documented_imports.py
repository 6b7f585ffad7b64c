"""What the endpoints of event logs and of failed deliveries answer, for the schema alone."""

from rest_framework import serializers as s

from api.documented_shapes import PageShape, Shape, nullable
from cases.logs.models import STATES


class PlanShape(Shape):
    """How the columns of a file are meant. Empty: not known, or not there."""

    case = s.CharField()
    activity = s.CharField()
    timestamp = s.CharField()
    resource = s.CharField()
    lifecycle = s.CharField()
    zone = s.CharField(help_text="The time zone of times that name no offset.")
    is_day_first = nullable(
        s.BooleanField, help_text="How 01/02/2026 is meant; null: found out from the file."
    )
    kinds = s.DictField(
        child=s.CharField(), help_text="Column → kind of field, where it is not the guessed one."
    )
    names = s.DictField(
        child=s.CharField(), help_text="Column → what its field is called, where it was named."
    )


class ImportShape(Shape):
    """An event log on its way in."""

    id = s.UUIDField()
    state = s.ChoiceField(STATES)
    file_name = s.CharField()
    file_bytes = s.IntegerField()
    sha256 = s.CharField()
    template_name = s.CharField()
    template = nullable(s.CharField, help_text="The key of the template its cases are in, once there is one.")
    asked_by = s.CharField()
    rows_read = s.IntegerField(help_text="Rows of the file that were read so far.")
    steps = s.IntegerField(help_text="Events there are to bring in.")
    steps_done = s.IntegerField(help_text="Events behind which the import stands.")
    percent = s.IntegerField()
    cases_made = s.IntegerField()
    events_made = s.IntegerField()
    events_known = s.IntegerField(help_text="Events that were there before.")
    refused = s.IntegerField(help_text="Lines that are not imported.")
    left_out = s.IntegerField(help_text="Values that do not fit their field; their events came in.")
    error = s.CharField(help_text="Why it failed or stopped, in a sentence.")
    version = s.IntegerField(
        help_text="Counts what people wanted of it, for If-Match; progress does not count."
    )
    created_at = s.DateTimeField()
    active_at = s.DateTimeField(help_text="When a person or a worker last got on with it.")
    kept_until = nullable(
        s.DateTimeField,
        help_text="When its file goes if nobody goes on with it; null where there is none, or a worker has it.",
    )
    finished_at = nullable(s.DateTimeField)


class ImportsShape(PageShape):
    """Imports, newest first."""

    results = ImportShape(many=True)


class WholeImportShape(ImportShape):
    """An import with its plan and with what the last look at the file found: the dry run."""

    plan = PlanShape()
    found = s.DictField(
        help_text="What would come of it: `problem` (empty where the file is understood), `columns`, `stages`, "
        "`fields`, `cases`, `events`, `first_cases`, `is_new` (a template will be made), `is_changed` (it will be "
        "extended). Empty until the file was looked at."
    )


class DiscardedShape(Shape):
    """What is gone."""

    id = s.UUIDField()


class DeadDeliveryShape(Shape):
    """A mail or an event that could not be delivered."""

    id = s.UUIDField()
    kind = s.ChoiceField(["mail", "event"])
    to = s.CharField()
    what = s.CharField()
    error = s.CharField(help_text="What went wrong the last time.")
    attempts = s.IntegerField()
    created_at = s.DateTimeField()
    dead_at = s.DateTimeField(help_text="When it was given up.")


class DeadDeliveriesShape(PageShape):
    """Failed deliveries, the latest first."""

    results = DeadDeliveryShape(many=True)


class DeliveryShape(Shape):
    """A delivery that was dealt with."""

    id = s.UUIDField()
    is_due = s.BooleanField(help_text="Whether it is tried again now; false: dropped for good.")

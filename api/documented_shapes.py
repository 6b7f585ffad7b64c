"""What endpoints answer, for the schema alone: the counterpart of api/shapes.py, held in step by the schema tests."""

from typing import Any

from drf_spectacular.drainage import set_override
from rest_framework import serializers as s


class Shape(s.Serializer[Any]):
    """What an endpoint gives. In the document it goes by its name without “Shape”."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        set_override(cls, "component_name", cls.__name__.removesuffix("Shape"))


def nullable(field: type[s.Field[Any, Any, Any, Any]], **more: Any) -> s.Field[Any, Any, Any, Any]:
    """Return a field of this type that can be null."""
    return field(allow_null=True, **more)


class PageShape(Shape):
    """What every page has beside its results."""

    next = nullable(s.CharField, help_text="The address of the next page, null at the end.")


class TemplateShape(Shape):
    """A template."""

    id = s.UUIDField()
    key = s.CharField()
    name = s.CharField()
    description = s.CharField()
    icon = s.CharField()
    color = s.CharField()
    state = s.ChoiceField(["draft", "published", "retired"])
    version = s.IntegerField(help_text="Counts what happened to it; the ETag.")
    published_version = nullable(s.IntegerField, help_text="The number of the version in force.")
    has_draft = s.BooleanField()


class TemplatesShape(PageShape):
    """Templates by name, retired ones last."""

    results = TemplateShape(many=True)


class TemplateProblemShape(Shape):
    """Something in a draft that has to be mended, or looked at."""

    path = s.CharField()
    message = s.CharField()
    severity = s.CharField()


class WholeTemplateShape(TemplateShape):
    """A template with its draft (or what is in force where there is none) and what is wrong with it."""

    definition = s.DictField()
    problems = TemplateProblemShape(many=True)


class VersionShape(Shape):
    """A version of a template."""

    id = s.UUIDField()
    number = s.IntegerField()
    published_at = nullable(s.DateTimeField, help_text="Null for the draft.")


class WholeVersionShape(VersionShape):
    """A version with its definition."""

    definition = s.DictField()


class VersionsShape(PageShape):
    """Versions, newest first."""

    results = VersionShape(many=True)


class CaseShape(Shape):
    """A case."""

    id = s.UUIDField()
    number = s.CharField()
    title = s.CharField()
    template = s.CharField(help_text="The template's key.")
    status = s.ChoiceField(["open", "on_hold", "closed", "cancelled"])
    stage = s.CharField(help_text="The stage's key.")
    owner = nullable(s.UUIDField)
    team = nullable(s.UUIDField)
    values = s.DictField(help_text="Stored values by field key.")
    version = s.IntegerField(help_text="The number of its last event; the ETag.")
    opened_at = s.DateTimeField()
    changed_at = s.DateTimeField()
    stage_entered_at = s.DateTimeField()
    stage_seconds = s.DictField(child=s.FloatField(), help_text="Seconds spent in stages that were left.")
    hold_until = nullable(s.DateField)
    hold_reason = s.CharField()
    outcome = s.CharField()
    closed_at = nullable(s.DateTimeField)
    external_ref = nullable(s.CharField)


class CasesShape(PageShape):
    """A page of cases."""

    results = CaseShape(many=True)


class MoveShape(Shape):
    """A stage the case could go to."""

    to = s.CharField()
    name = s.CharField()
    kind = s.ChoiceField(["advance", "return", "skip"])
    is_allowed = s.BooleanField()
    why_not = s.CharField(help_text="Empty where the move is allowed.")
    needs_reason = s.BooleanField()
    missing = s.ListField(child=s.CharField(), help_text="Keys of fields to fill in first.")


class MovesShape(PageShape):
    """Every other stage, in the template's order."""

    results = MoveShape(many=True)


class StreamShape(Shape):
    """What an event is about."""

    kind = s.CharField()
    id = s.UUIDField()


class ActorShape(Shape):
    """Who did it, under the name they had then."""

    kind = s.CharField()
    id = nullable(s.UUIDField)
    label = s.CharField()  # type: ignore[assignment]


class EventShape(Shape):
    """Something that happened."""

    id = s.UUIDField()
    stream = StreamShape()
    seq = s.IntegerField(help_text="Its place in its stream, without gaps.")
    type = s.CharField()
    sentence = s.CharField(help_text="What happened, as it continues the actor's name.")
    reason = s.CharField()
    actor = ActorShape()
    on_behalf_of = nullable(s.UUIDField)
    occurred_at = s.DateTimeField(help_text="When it happened in the world.")
    recorded_at = s.DateTimeField(help_text="When the database wrote it down.")
    template_version_id = nullable(s.UUIDField)
    caused_by = nullable(s.UUIDField)
    correlation_id = nullable(s.UUIDField)
    depth = s.IntegerField()
    is_imported = s.BooleanField()
    is_erased = s.BooleanField()
    hash = s.CharField()
    fact = s.DictField(help_text="What the type says; see GET /event-types.")


class TimelineShape(PageShape):
    """Events, newest first."""

    results = EventShape(many=True)


class BoardColumnShape(Shape):
    """A stage in figures."""

    stage = s.CharField(help_text="The stage's key.")
    name = s.CharField()
    count = s.IntegerField(help_text="Its running cases, counted up to 1,000.")
    is_more = s.BooleanField(help_text="Whether there are more than were counted.")
    median_seconds = nullable(s.FloatField, help_text="Half of those counted have been in it for longer.")


class BoardShape(PageShape):
    """The stages of a template in order."""

    results = BoardColumnShape(many=True)


class GalleryTemplateShape(Shape):
    """A template to begin with."""

    key = s.CharField()
    name = s.CharField()
    description = s.CharField()


class GalleryShape(PageShape):
    """What the gallery has."""

    results = GalleryTemplateShape(many=True)


class BrokenShape(Shape):
    """The first event of a stream that does not verify."""

    stream_id = s.UUIDField()
    seq = s.IntegerField()
    what = s.CharField(help_text="What is wrong with it, in words.")


class VerificationShape(Shape):
    """What a check of the chain found."""

    is_whole = s.BooleanField(help_text="Whether nothing of what was looked at is broken.")
    events = s.IntegerField(help_text="How many events were looked at.")
    streams = s.IntegerField(help_text="How many streams were begun.")
    broken = BrokenShape(many=True)


class VerificationStepShape(VerificationShape):
    """One step of a check of the whole organization."""

    next = nullable(s.CharField, help_text="The address of the next step; null when all was looked at.")


class NoticeCaseShape(Shape):
    """The case a notice is about."""

    id = s.UUIDField()
    number = s.CharField()
    title = s.CharField()


class NoticeShape(Shape):
    """Something new for a member."""

    id = s.UUIDField()
    kind = s.CharField()
    case = NoticeCaseShape()
    event = EventShape()
    created_at = s.DateTimeField()
    is_read = s.BooleanField()


class NoticesShape(PageShape):
    """What is new for the caller, newest first."""

    results = NoticeShape(many=True)


class MarkedNoticesShape(Shape):
    """What marking did."""

    read = s.IntegerField(help_text="How many were new.")


class FeedShape(PageShape):
    """Events in the order of the feed."""

    results = EventShape(many=True)
    cursor = s.CharField(help_text="Keep it: the next request goes on behind it, also when nothing was new.")


class EventTypeShape(Shape):
    """A type of event."""

    type = s.CharField()
    stream = s.CharField()
    description = s.CharField()
    tone = s.CharField()
    fields = s.DictField(child=s.CharField(), help_text="Members of its fact → their type.")  # type: ignore[assignment]
    personal = s.ListField(
        child=s.CharField(), help_text="Members that speak of a person and can be redacted."
    )


class EventTypesShape(PageShape):
    """Every type of event."""

    results = EventTypeShape(many=True)

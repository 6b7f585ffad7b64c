"""What endpoints answer, for the schema alone: the counterpart of api/shapes.py, held in step by the schema tests."""

from typing import Any

from drf_spectacular.drainage import set_override
from rest_framework import serializers as s


class Shape(s.Serializer[Any]):
    """What an endpoint gives. In the document it goes by its name without “Shape”."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        set_override(cls, "component_name", cls.__name__.removesuffix("Shape"))


def _nullable(field: type[s.Field[Any, Any, Any, Any]], **more: Any) -> s.Field[Any, Any, Any, Any]:
    return field(allow_null=True, **more)


class PageShape(Shape):
    """What every page has beside its results."""

    next = _nullable(s.CharField, help_text="The address of the next page, null at the end.")


class OrganizationShape(Shape):
    """An organization."""

    id = s.UUIDField()
    slug = s.CharField()
    name = s.CharField()
    time_zone = s.CharField()
    locale = s.CharField()
    revision = s.IntegerField(help_text="Counts the changes of its configuration.")


class MembershipShape(Shape):
    """An organization the caller belongs to."""

    id = s.UUIDField()
    slug = s.CharField()
    name = s.CharField()
    role_name = s.CharField()


class MembershipsShape(PageShape):
    """The organizations the caller belongs to."""

    results = MembershipShape(many=True)


class TokenNameShape(Shape):
    """The token that was sent."""

    id = s.UUIDField()
    name = s.CharField()


class MeMemberShape(Shape):
    """The member who calls."""

    id = s.UUIDField()
    name = s.CharField()
    email = s.CharField()
    role = s.CharField()


class MeShape(Shape):
    """Who calls, and what they may do."""

    organization = OrganizationShape()
    member = MeMemberShape()
    token = TokenNameShape(allow_null=True)
    permissions = s.ListField(child=s.CharField())


class MemberShape(Shape):
    """A member."""

    id = s.UUIDField()
    name = s.CharField()
    email = s.CharField()
    role_id = s.UUIDField()
    role = s.CharField(help_text="The role's key.")
    is_active = s.BooleanField()


class MembersShape(PageShape):
    """Members by name."""

    results = MemberShape(many=True)


class RoleShape(Shape):
    """A role."""

    id = s.UUIDField()
    key = s.CharField()
    name = s.CharField()
    permissions = s.ListField(child=s.CharField())
    is_built_in = s.BooleanField()


class RolesShape(PageShape):
    """Roles by name."""

    results = RoleShape(many=True)


class PermissionShape(Shape):
    """A permission."""

    name = s.CharField()
    sentence = s.CharField(help_text="What it lets somebody do.")


class PermissionsShape(PageShape):
    """Every permission there is."""

    results = PermissionShape(many=True)


class TeamShape(Shape):
    """A team."""

    id = s.UUIDField()
    name = s.CharField()
    member_ids = s.ListField(child=s.UUIDField())
    is_archived = s.BooleanField()


class TeamsShape(PageShape):
    """Teams by name."""

    results = TeamShape(many=True)


class TokenShape(Shape):
    """A token, without its secret."""

    id = s.UUIDField()
    name = s.CharField()
    member_id = s.UUIDField()
    prefix = s.CharField()
    scopes = s.ListField(child=s.CharField(), help_text="Empty: whatever the member may do.")
    created_at = s.DateTimeField()
    expires_at = _nullable(s.DateTimeField)
    last_used_at = _nullable(s.DateTimeField)
    revoked_at = _nullable(s.DateTimeField)


class NewTokenShape(TokenShape):
    """A token with its secret: shown this one time."""

    secret = _nullable(s.CharField, help_text="Null where the answer is repeated under its Idempotency-Key.")


class TokensShape(PageShape):
    """Tokens, newest first."""

    results = TokenShape(many=True)


class InvitationShape(Shape):
    """An invitation, without its secret."""

    id = s.UUIDField()
    email = s.CharField()
    role_id = s.UUIDField()
    created_at = s.DateTimeField()
    expires_at = s.DateTimeField()
    accepted_at = _nullable(s.DateTimeField)
    revoked_at = _nullable(s.DateTimeField)


class InvitationsShape(PageShape):
    """Invitations, newest first."""

    results = InvitationShape(many=True)


class Anything(s.JSONField):
    """An object whose members depend on the template or the type."""


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
    published_version = _nullable(s.IntegerField, help_text="The number of the version in force.")
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
    published_at = _nullable(s.DateTimeField, help_text="Null for the draft.")


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
    owner = _nullable(s.UUIDField)
    team = _nullable(s.UUIDField)
    values = s.DictField(help_text="Stored values by field key.")
    version = s.IntegerField(help_text="The number of its last event; the ETag.")
    opened_at = s.DateTimeField()
    changed_at = s.DateTimeField()
    stage_entered_at = s.DateTimeField()
    stage_seconds = s.DictField(child=s.FloatField(), help_text="Seconds spent in stages that were left.")
    hold_until = _nullable(s.DateField)
    hold_reason = s.CharField()
    outcome = s.CharField()
    closed_at = _nullable(s.DateTimeField)
    external_ref = _nullable(s.CharField)


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
    id = _nullable(s.UUIDField)
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
    on_behalf_of = _nullable(s.UUIDField)
    occurred_at = s.DateTimeField(help_text="When it happened in the world.")
    recorded_at = s.DateTimeField(help_text="When the database wrote it down.")
    template_version_id = _nullable(s.UUIDField)
    caused_by = _nullable(s.UUIDField)
    correlation_id = _nullable(s.UUIDField)
    depth = s.IntegerField()
    is_imported = s.BooleanField()
    is_erased = s.BooleanField()
    hash = s.CharField()
    fact = s.DictField(help_text="What the type says; see GET /event-types.")


class TimelineShape(PageShape):
    """Events, newest first."""

    results = EventShape(many=True)


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

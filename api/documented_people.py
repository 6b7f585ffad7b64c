"""What endpoints about people answer, for the schema alone: the counterpart of api/shapes.py."""

from rest_framework import serializers as s

from api.documented_shapes import PageShape, Shape, nullable


class OrganizationShape(Shape):
    """An organization."""

    id = s.UUIDField()
    slug = s.CharField()
    name = s.CharField()
    time_zone = s.CharField()
    locale = s.CharField()
    revision = s.IntegerField(help_text="Counts the changes of its configuration; the ETag.")


class MembershipShape(Shape):
    """An organization the caller belongs to."""

    id = s.UUIDField()
    slug = s.CharField()
    name = s.CharField()
    role_name = s.CharField(help_text="The role's name, as the screens show it.")


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
    version = s.IntegerField(help_text="Counts its changes; the ETag.")


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
    version = s.IntegerField(help_text="Counts its changes; the ETag.")


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
    version = s.IntegerField(help_text="Counts its changes; the ETag.")


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
    expires_at = nullable(s.DateTimeField)
    last_used_at = nullable(s.DateTimeField)
    revoked_at = nullable(s.DateTimeField)


class NewTokenShape(TokenShape):
    """A token with its secret: shown this one time."""

    secret = nullable(s.CharField, help_text="Null where the answer is repeated under its Idempotency-Key.")


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
    accepted_at = nullable(s.DateTimeField)
    revoked_at = nullable(s.DateTimeField)


class InvitationsShape(PageShape):
    """Invitations, newest first."""

    results = InvitationShape(many=True)


class HoldingShape(Shape):
    """Something a member holds."""

    kind = s.CharField()
    count = s.IntegerField()
    words = s.CharField()


class HoldingsShape(PageShape):
    """What a member holds, kind by kind."""

    results = HoldingShape(many=True)

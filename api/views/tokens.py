"""Keys for this very door."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import now
from rest_framework import serializers

from api.answers import Answer, older_page
from api.documented import FLAG, LIMIT, LOCATION, before, documented, parameter
from api.documented_people import NewTokenShape, TokenShape, TokensShape
from api.door import Call, Door
from api.inputs import Id, Input, Nothing, Text
from api.parameters import read_before, read_flag, read_limit, read_parameters
from api.shapes import token_shape
from casefy.errors import Missing
from casefy.paging import newest_first
from tenants.actions.tokens import create_token, revoke_token
from tenants.queries import tokens_of

_TAG = "tokens"
LIVE = parameter("live", "true: only tokens that work.", FLAG)


class Instant(serializers.DateTimeField):
    """An instant with its offset, such as 2030-01-31T10:00:00Z."""

    def to_internal_value(self, value: Any) -> datetime:
        """Return the instant. Numbers are not instants, and years beyond the calendar are none."""
        if not isinstance(value, str):
            self.fail("invalid", format="2030-01-31T10:00:00Z")
        try:
            instant: datetime = super().to_internal_value(value)
        except OverflowError:
            self.fail("overflow")
        return instant


class CreateToken(Input):
    """What it is for, whose it is, what it may do and how long."""

    name = Text(max_length=80)
    member_id = Id(required=False, allow_null=True, help_text="Somebody else's; needs token.manage.")
    scopes = serializers.ListField(child=Text(max_length=64), required=False, max_length=100)
    expires_at = Instant(required=False, allow_null=True)


class Tokens(Door):
    """The tokens of the caller, and with token.manage everybody's."""

    @documented(
        "tokens_list", "List tokens", gives=TokensShape, parameters=[LIVE, before("tokens"), LIMIT], tag=_TAG
    )
    def get(self, call: Call) -> Answer:
        """Newest first, revoked and expired ones too unless `live=true` asks for those that work."""
        given = read_parameters(call.request, ("live", "before", "limit"))
        rows = tokens_of(None if call.by.may("token.manage") else call.entry.member_id)
        if read_flag(given, "live"):
            rows = rows.filter(Q(expires_at=None) | Q(expires_at__gt=now()), revoked_at=None)
        found = newest_first(rows, before=read_before(given, "a token"), limit=read_limit(given))
        return Answer(older_page(call.request, [token_shape(row) for row in found.rows], found.older))

    @documented(
        "tokens_create", "Make a token", gives=NewTokenShape, status=201, takes=CreateToken, parameters=[LOCATION],
        tag=_TAG,
    )  # fmt: skip
    def post(self, call: Call) -> Answer:
        """The secret is shown this one time. A token cannot make tokens: this takes a session."""
        made = create_token(by=call.by, **call.read(CreateToken))
        shape = token_shape(made.token) | {"secret": made.secret}
        return Answer(shape, 201, location=f"/api/v1/tokens/{made.token.id}", secret=("secret",))


class OneToken(Door):
    """A token."""

    @documented("tokens_get", "Get a token", gives=TokenShape, tag=_TAG)
    def get(self, call: Call, token_id: UUID) -> Answer:
        """One's own, or with token.manage anybody's; whether it works still, and when it was last used."""
        read_parameters(call.request, ())
        mine = None if call.by.may("token.manage") else call.entry.member_id
        found = tokens_of(mine).filter(id=token_id).first()
        if found is None:
            raise Missing("There is no such token.")
        return Answer(token_shape(found))


class TokenRevocation(Door):
    """The end of a token."""

    @documented("tokens_revoke", "Revoke a token", gives=TokenShape, takes=Nothing, tag=_TAG)
    def post(self, call: Call, token_id: UUID) -> Answer:
        """It stops working at once."""
        call.read(Nothing)
        return Answer(token_shape(revoke_token(by=call.by, token_id=token_id)))

"""Who calls, which organizations they belong to, and the organization's own settings."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api.admission import bearer, logged_in
from api.answers import Answer, page, respond
from api.documented import documented, guarded, seen
from api.documented_people import MembershipsShape, MeShape, OrganizationShape, PermissionsShape
from api.door import Call, Door
from api.inputs import Input, Text
from api.parameters import read_parameters
from api.shapes import organization_shape
from tenants.actions.organizations import update_organization
from tenants.directory import directory
from tenants.entering import organizations_of
from tenants.permissions import PERMISSIONS
from tenants.scope import reading

_TAG = "organizations"


class Me(Door):
    """The caller."""

    @documented("me", "Who am I?", gives=MeShape, tag=_TAG)
    def get(self, call: Call) -> Answer:
        """The organization, the member, the token if one was sent, and everything they may do."""
        read_parameters(call.request, ())
        entry = call.entry
        token = {"id": entry.token_id, "name": entry.token_name} if entry.token_id else None
        member = {
            "id": entry.member_id,
            "name": entry.member_name,
            "email": entry.member_email,
            "role": entry.role_key,
        }
        permissions = [name for name in PERMISSIONS if name in entry.permissions]
        return Answer(
            {
                "organization": organization_shape(entry),
                "member": member,
                "token": token,
                "permissions": permissions,
            }
        )


class Permissions(Door):
    """The permissions roles and tokens are made of."""

    @documented("permissions_list", "List permissions", gives=PermissionsShape, tag=_TAG)
    def get(self, call: Call) -> Answer:
        """Every permission by name, with a sentence."""
        read_parameters(call.request, ())
        return Answer(page([{"name": name, "sentence": text} for name, text in PERMISSIONS.items()], None))


class Organizations(Door):
    """The organizations of the caller."""

    @documented("organizations_list", "List organizations", gives=MembershipsShape, tag=_TAG)
    def get(self, call: Call) -> Answer:
        """A token belongs to one organization, a session to all of the person's."""
        read_parameters(call.request, ())
        entry = call.entry
        here = {
            "id": entry.organization_id,
            "slug": entry.slug,
            "name": entry.organization_name,
            "role_name": _role_name(call),
        }
        return Answer(page([here], None))

    def _ask(self, request: HttpRequest, handler: Any, parts: dict[str, Any]) -> HttpResponseBase:
        if bearer(request) is not None:
            return super()._ask(request, handler, parts)
        read_parameters(request, ())
        with reading():  # a session asks before it says which organization is meant
            places = organizations_of(logged_in(request))
        results = [
            {"id": each.organization_id, "slug": each.slug, "name": each.name, "role_name": each.role_name}
            for each in places
        ]
        return respond(Answer(page(results, None)), request)


def _role_name(call: Call) -> str:
    roles = directory(call.entry.organization_id, call.entry.revision).roles.values()
    return next(role.name for role in roles if role.key == call.entry.role_key)


class UpdateOrganization(Input):
    """What changes. A part that is not named stays as it is."""

    name = Text(required=False, max_length=120)
    time_zone = Text(required=False, max_length=64, help_text="Such as Europe/Lisbon.")
    locale = Text(required=False, max_length=16, help_text="Such as en-gb.")


class OneOrganization(Door):
    """An organization the caller belongs to."""

    names_organization = True

    @documented("organizations_get", "Get an organization", gives=OrganizationShape, tag=_TAG, **seen())
    def get(self, call: Call, slug: str) -> Answer:  # noqa: ARG002 - the door has read it
        """Its settings. The ETag is `revision`."""
        read_parameters(call.request, ())
        return Answer(organization_shape(call.entry), version=call.entry.revision)

    @documented(
        "organizations_update",
        "Change an organization",
        gives=OrganizationShape,
        takes=UpdateOrganization,
        tag=_TAG,
        **guarded(),
    )
    def patch(self, call: Call, slug: str) -> Answer:  # noqa: ARG002 - the door has read it
        """Its name, time zone or locale. Needs organization.manage."""
        changed = update_organization(by=call.by, **call.read_seen(UpdateOrganization))
        names = ("id", "slug", "name", "time_zone", "locale", "revision")
        return Answer({name: getattr(changed, name) for name in names}, version=changed.revision)

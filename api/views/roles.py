"""Roles: named sets of permissions."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from api.answers import Answer, page
from api.documented import ETAG, LOCATION, documented, guarded, seen
from api.documented_people import RoleShape, RolesShape
from api.door import Call, Door
from api.inputs import Id, Input, Text
from api.shapes import role_shape
from api.views.knowing import known
from casefy.errors import Missing
from tenants.actions.roles import create_role, delete_role, update_role
from tenants.directory import RoleView
from tenants.models import Role


class CreateRole(Input):
    """A name, and what it lets do."""

    name = Text(max_length=80)
    permissions = serializers.ListField(child=Text(max_length=64), max_length=100)


class UpdateRole(CreateRole):
    """The whole role as it shall be."""


class DeleteRole(Input):
    """Which role its members get."""

    destination_id = Id(required=False, allow_null=True)


def _shape(role: Role) -> dict[str, Any]:
    may = frozenset(role.permissions)
    return role_shape(RoleView(role.id, role.key, role.name, may, role.is_built_in, role.version))


class Roles(Door):
    """The roles."""

    @documented("roles_list", "List roles", gives=RolesShape, tag="roles")
    def get(self, call: Call) -> Answer:
        """Built-in roles and those of the organization's own. Needs case.view, or a permission to manage people."""
        ordered = sorted(known(call).roles.values(), key=lambda role: (role.name.casefold(), role.id))
        return Answer(page([role_shape(role) for role in ordered], None))

    @documented(
        "roles_create", "Make a role", gives=RoleShape, status=201, takes=CreateRole, parameters=[ETAG, LOCATION],
        tag="roles",
    )  # fmt: skip
    def post(self, call: Call) -> Answer:
        """Needs role.manage, and every permission given."""
        made = create_role(by=call.by, **call.read(CreateRole))
        return Answer(_shape(made), 201, made.version, f"/api/v1/roles/{made.id}")


class OneRole(Door):
    """A role."""

    @documented("roles_get", "Get a role", gives=RoleShape, tag="roles", **seen())
    def get(self, call: Call, role_id: UUID) -> Answer:
        """One role. Needs case.view, or a permission to manage people."""
        role = known(call).roles.get(role_id)
        if role is None:
            raise Missing("There is no such role.")
        return Answer(role_shape(role), version=role.version)

    @documented("roles_update", "Change a role", gives=RoleShape, takes=UpdateRole, tag="roles", **guarded())
    def put(self, call: Call, role_id: UUID) -> Answer:
        """Name and permissions, both of them. Built-in roles stay as they are."""
        changed = update_role(by=call.by, role_id=role_id, **call.read_seen(UpdateRole))
        return Answer(_shape(changed), version=changed.version)


class RoleDeletion(Door):
    """The end of a role."""

    @documented("roles_delete", "Delete a role", gives=RoleShape, takes=DeleteRole, tag="roles", **guarded())
    def post(self, call: Call, role_id: UUID) -> Answer:
        """Where members have it, say which role they get instead."""
        return Answer(_shape(delete_role(by=call.by, role_id=role_id, **call.read_seen(DeleteRole))))

"""Roles of an organization's own. The built-in ones cannot be changed."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F
from django.utils.text import slugify

from casefy.errors import Conflict, Invalid
from casefy.ids import new_id
from tenants.actions.configuring import configuring, permit, permit_granting, the, the_seen
from tenants.actor import Actor
from tenants.events import RoleChanged, RoleCreated, RoleDeleted
from tenants.models import Invitation, Member, Organization, Role
from tenants.permissions import PERMISSIONS
from tenants.words import clean_name
from timeline.record import record


def create_role(*, by: Actor, name: str, permissions: Iterable[str]) -> Role:
    """Make a role out of named permissions, each of which the actor has.

    Raises Forbidden without role.manage, Invalid for a name in use or an unknown permission.
    """
    with configuring(by) as (by, organization):
        permit(by, "role.manage", organization)
        role = Role(organization=organization, name=_free_name(name), permissions=_clean(permissions))
        permit_granting(by, frozenset(role.permissions))
        role.key = _free_key(role.name)
        role.save(force_insert=True)
        fact = RoleCreated(role=str(role.id), key=role.key, name=role.name, permissions=role.permissions)
        record(fact, by=by, about=organization)
    return role


def update_role(
    *, by: Actor, role_id: UUID, name: str, permissions: Iterable[str], expected_version: int | None = None
) -> Role:
    """Change a role's name and permissions; members who have it may do the new things at once.

    Raises Conflict for a built-in role and for one changed since `expected_version`, Forbidden where the actor lacks
    what is given or taken.
    """
    with configuring(by) as (by, organization):
        permit(by, "role.manage", organization)
        role = the_seen(Role, role_id, "role", expected_version)
        _must_be_own(role)
        before = {"name": role.name, "permissions": role.permissions}
        after = {"name": _free_name(name, but=role), "permissions": _clean(permissions)}
        permit_granting(by, frozenset(role.permissions) ^ frozenset(after["permissions"]))
        if before != after:
            role.name, role.permissions = str(after["name"]), list(after["permissions"])
            role.save_counted("name", "permissions")
            fact = RoleChanged(
                role=str(role.id), name=role.name, summary=_summary(before, after), before=before, after=after
            )
            record(fact, by=by, about=organization)
    return role


def delete_role(
    *, by: Actor, role_id: UUID, destination_id: UUID | None = None, expected_version: int | None = None
) -> Role:
    """Delete a role; its members and open invitations get the role `destination_id`.

    Raises Conflict for a built-in role, for one changed since `expected_version`, and where it is in use and no
    destination is named.
    """
    with configuring(by) as (by, organization):
        permit(by, "role.manage", organization)
        role = the_seen(Role, role_id, "role", expected_version)
        _must_be_own(role)
        permit_granting(by, frozenset(role.permissions))
        members = list(Member.objects.filter(role=role).order_by("id").values_list("id", flat=True))
        in_use = bool(members) or Invitation.objects.filter(role=role).exists()
        destination = _destination(by, role, destination_id) if in_use else None
        if destination is not None:
            Member.objects.filter(role=role).update(role=destination, version=F("version") + 1)
            Invitation.objects.filter(role=role).update(role=destination)
        _say_deleted(by, organization, role, destination, members)
        Role.objects.filter(id=role.id).delete()  # the row alone: what is returned keeps its id
    return role


def _destination(by: Actor, role: Role, destination_id: UUID | None) -> Role:
    if destination_id is None or destination_id == role.id:
        sentence = f"“{role.name}” is in use. Choose the role its members get instead."
        raise Conflict(sentence, code="in_use", fields={"destination_id": sentence})
    destination = the(Role, destination_id, "role", hold=False, field="destination_id")
    permit_granting(by, frozenset(destination.permissions))
    return destination


def _say_deleted(
    by: Actor, organization: Organization, role: Role, destination: Role | None, members: list[UUID]
) -> None:
    moved = f"; its members are {destination.name} now" if destination and members else ""
    fact = RoleDeleted(
        role=str(role.id),
        key=role.key,
        name=role.name,
        permissions=role.permissions,
        destination=str(destination.id) if destination else None,
        destination_name=destination.name if destination else "",
        members=[str(id_) for id_ in members],
        moved_words=moved,
    )
    record(fact, by=by, about=organization)


def _must_be_own(role: Role) -> None:
    if role.is_built_in:
        raise Conflict(
            f"“{role.name}” is built in and stays as it is. Make a role of your own instead.", code="built_in"
        )


def _clean(permissions: Iterable[str]) -> list[str]:
    wanted = frozenset(permissions)
    unknown = sorted(wanted - frozenset(PERMISSIONS))
    if unknown:
        sentence = f"{', '.join(unknown)}: no such permission."
        raise Invalid(sentence, fields={"permissions": sentence})
    return [name for name in PERMISSIONS if name in wanted]


def _free_name(raw: str, *, but: Role | None = None) -> str:
    name = clean_name(raw, most=80, what="the role's name")
    same = Role.objects.filter(name__iexact=name)
    if (same.exclude(id=but.id) if but else same).exists():
        sentence = f"There is a role “{name}” already. Please choose another name."
        raise Invalid(sentence, code="name_taken", fields={"name": sentence})
    return name


def _free_key(name: str) -> str:
    base = slugify(name).replace("-", "_")[:40] or "role"
    return f"{base}_{new_id().hex[-6:]}" if Role.objects.filter(key=base).exists() else base


def _summary(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    old, new = before["permissions"], after["permissions"]
    assert isinstance(old, list)
    assert isinstance(new, list)
    given = [PERMISSIONS[name] for name in new if name not in old]
    taken = [PERMISSIONS.get(name, name) for name in old if name not in new]
    parts = [f"renamed from {before['name']}"] if before["name"] != after["name"] else []
    parts += [f"now may {', '.join(given)}"] if given else []
    parts += [f"no longer may {', '.join(taken)}"] if taken else []
    return "; ".join(parts)

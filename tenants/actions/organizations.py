"""Making an organization, and changing its settings."""

from typing import NamedTuple

from django.db import IntegrityError, transaction

from casefy.errors import Invalid
from tenants.actions.configuring import configuring, must_be_seen, permit
from tenants.actor import Actor
from tenants.entering import organization_named
from tenants.events import MemberJoined, OrganizationChanged, OrganizationCreated
from tenants.models import Member, Organization, Role, User
from tenants.permissions import BUILT_IN_ROLES
from tenants.scope import scoped_to
from tenants.words import clean_locale, clean_name, clean_slug, clean_time_zone, slug_from
from timeline.record import record


class Founded(NamedTuple):
    """A new organization, its owner, and the owner as the one who acts."""

    organization: Organization
    member: Member
    actor: Actor


def create_organization(
    *, user: User, name: str, slug: str, time_zone: str = "UTC", locale: str = "en", member_name: str = ""
) -> Founded:
    """Make an organization with its built-in roles; the user becomes its owner.

    Raises Invalid for a name, slug, zone or locale that will not do, and for a slug that is taken
    (with one that is free).
    """
    organization = Organization(
        name=clean_name(name, what="the organization's name"),
        slug=clean_slug(slug),
        time_zone=clean_time_zone(time_zone),
        locale=clean_locale(locale),
    )
    shown = clean_name(member_name or user.name or user.email.split("@")[0], field="member_name")
    member = Member(organization=organization, user=user, name=shown, email=user.email)
    with scoped_to(organization.id), transaction.atomic(durable=True):
        _claim_slug(organization)
        roles = _make_built_in_roles(organization)
        member.role = roles["owner"]
        member.save(force_insert=True)
        by = Actor(
            organization.id,
            "member",
            member.name,
            member.id,
            frozenset(member.role.permissions),
            member.id,
            organization.revision,
        )
        _say(organization, member, by)
    return Founded(organization, member, by)


def update_organization(
    *,
    by: Actor,
    name: str | None = None,
    time_zone: str | None = None,
    locale: str | None = None,
    expected_version: int | None = None,
) -> Organization:
    """Change the organization's name, time zone and locale; None leaves a part as it is by then.

    Nothing is recorded where nothing changes.

    Raises Forbidden without organization.manage, Invalid for values that will not do, and Conflict, "stale", where its
    configuration (the revision) is not that of `expected_version`.
    """
    with configuring(by) as (by, organization):
        permit(by, "organization.manage", organization)
        must_be_seen(organization.revision, expected_version, "organization")
        wanted: dict[str, str] = {}
        if name is not None:
            wanted["name"] = clean_name(name, what="the organization's name")
        if time_zone is not None:
            wanted["time_zone"] = clean_time_zone(time_zone)
        if locale is not None:
            wanted["locale"] = clean_locale(locale)
        before = {
            key: getattr(organization, key) for key in wanted if getattr(organization, key) != wanted[key]
        }
        if before:
            after = {key: wanted[key] for key in before}
            for key, value in after.items():
                setattr(organization, key, value)
            organization.save(update_fields=list(after))
            fact = OrganizationChanged(summary=_summary(before, after), before=before, after=after)
            record(fact, by=by, about=organization)
    return organization


def suggest_slug(name: str) -> str:
    """Return a free slug for a name: the name's own, or with the first number that is free."""
    base = slug_from(name)
    for number in range(1, 100):
        slug = base if number == 1 else f"{base}-{number}"
        if organization_named(slug) is None:
            return slug
    return f"{base[:30]}-{Organization().id.hex[-12:]}"


def _claim_slug(organization: Organization) -> None:
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
    except IntegrityError as error:
        free = suggest_slug(organization.slug)
        sentence = f"“{organization.slug}” is taken. “{free}” is free."
        raise Invalid(
            sentence, code="slug_taken", fields={"slug": sentence}, details={"free": free}
        ) from error


def _make_built_in_roles(organization: Organization) -> dict[str, Role]:
    roles = [
        Role(
            organization=organization,
            key=each.key,
            name=each.name,
            permissions=list(each.permissions),
            is_built_in=True,
        )
        for each in BUILT_IN_ROLES
    ]
    Role.objects.bulk_create(roles)
    return {role.key: role for role in roles}


def _say(organization: Organization, member: Member, by: Actor) -> None:
    created = OrganizationCreated(
        name=organization.name,
        slug=organization.slug,
        time_zone=organization.time_zone,
        locale=organization.locale,
    )
    joined = MemberJoined(
        member=str(member.id),
        name=member.name,
        email=member.email,
        role=str(member.role_id),
        role_name=member.role.name,
    )
    record(created, by=by, about=organization)
    record(joined, by=by, about=organization)


def _summary(before: dict[str, str], after: dict[str, str]) -> str:
    words = {"name": "the name", "time_zone": "the time zone", "locale": "the locale"}
    return ", ".join(f"{words[key]} from {before[key]} to {after[key]}" for key in before)

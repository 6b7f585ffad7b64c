"""Making an organization."""

import pytest

from casefy.errors import Invalid
from tenants.actions.organizations import create_organization, suggest_slug
from tenants.entering import enter_by_user, organizations_of
from tenants.models import Role
from tenants.permissions import BUILT_IN_ROLES, PERMISSIONS
from tenants.scope import reading, scoped_to
from timeline.queries import whole


def test_the_founder_becomes_the_owner_of_an_organization_with_its_built_in_roles(cast):
    user = cast.new_user("Ada Lovelace")
    organization, member, actor = create_organization(
        user=user,
        name="  Analytical   Engines ",
        slug=f"engines-{cast.mark}",
        time_zone="Europe/London",
        locale="en-gb",
    )
    assert (organization.name, organization.time_zone, organization.locale) == (
        "Analytical Engines",
        "Europe/London",
        "en-gb",
    )
    with scoped_to(organization.id), reading():
        assert set(Role.objects.values_list("key", flat=True)) == {role.key for role in BUILT_IN_ROLES}
        assert [event.type for event in whole(organization.id)] == ["organization.created", "member.joined"]
        entry = enter_by_user(user.id, organization.slug)
    assert entry is not None
    assert (entry.member_id, entry.role_key, entry.permissions) == (
        member.id,
        "owner",
        frozenset(PERMISSIONS),
    )
    assert actor.permissions == entry.permissions
    assert [(m.slug, m.role_name) for m in organizations_of(user.id)] == [(organization.slug, "Owner")]


def test_a_slug_that_is_taken_is_refused_with_one_that_is_free(cast):
    with pytest.raises(Invalid) as refused:
        create_organization(user=cast.new_user("Eve"), name="Acme", slug=cast.organization.slug)
    assert refused.value.details["free"] == f"{cast.organization.slug}-2"
    assert "is free" in refused.value.fields["slug"]
    assert suggest_slug(cast.organization.slug) == f"{cast.organization.slug}-2"


@pytest.mark.parametrize("slug", ["", "-a", "a-", "a b", "ä", "a/b", "x" * 51, "api", "settings"])
def test_a_slug_that_cannot_be_an_address_or_is_reserved_is_refused(cast, slug):
    with pytest.raises(Invalid) as refused:
        create_organization(user=cast.owner.user, name="Acme", slug=slug)
    assert set(refused.value.fields) == {"slug"}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 121}),
        ("name", {"name": "a\x00b"}),
        ("time_zone", {"time_zone": "Mars/Base"}),
        ("locale", {"locale": "tlh"}),
    ],
)
def test_what_will_not_do_is_refused_by_field(cast, field, values):
    with pytest.raises(Invalid) as refused:
        create_organization(user=cast.owner.user, **{"name": "Acme", "slug": f"x-{cast.mark}"} | values)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Müller & Söhne", "muller-sohne"),
        ("Łódź på Øster Straße", "lodz-pa-oster-strasse"),
        ("漢字", "organization"),
        ("API", "api-organization"),
    ],
)
def test_a_slug_is_suggested_from_any_name(cast, name, slug):
    assert suggest_slug(name).startswith(slug)

"""Four layers between two organizations, each tried alone: the others switched out of the way."""

from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django_scopes import ScopeError, scopes_disabled

from tenants.actions.teams import create_team
from tenants.models import Member, Role, Team, TeamMember
from tenants.scope import NoTenant, current_organization_id, scoped_to


@pytest.fixture
def houses(committed_cast):
    """Acme and Umbrella, with a team each."""
    cast = committed_cast
    mine = create_team(by=cast.owner.actor, name="Claims")
    theirs = create_team(by=cast.stranger.actor, name="Claims")
    return cast, mine, theirs


def test_a_forgotten_scope_is_an_error_in_python(houses):
    with pytest.raises(ScopeError):
        Team.objects.count()
    with pytest.raises(NoTenant):
        current_organization_id()


def test_a_forgotten_scope_is_an_error_in_the_database_too(houses):
    with scopes_disabled():
        with pytest.raises(DatabaseError, match=r"casefy\.organization|type uuid"):
            Team.objects.count()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('casefy.organization', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_the_database_shows_one_organization_even_where_python_asks_for_all(houses):
    cast, mine, theirs = houses
    other = cast.stranger.actor.organization_id
    with scoped_to(cast.organization.id), transaction.atomic(), scopes_disabled():
        assert list(Team.objects.filter(id__in=[mine.id, theirs.id])) == [mine]
        assert not Member.objects.filter(organization_id=other).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tenants_team SET name = 'Mine' WHERE id = %s",
        "DELETE FROM tenants_team WHERE id = %s",
        "SELECT * FROM tenants_team WHERE id = %s FOR UPDATE",
    ],
)
def test_anothers_row_cannot_be_reached_by_its_id(houses, statement):
    cast, _, theirs = houses
    with scoped_to(cast.organization.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [theirs.id])
        assert cursor.rowcount == 0


def test_a_row_cannot_be_put_into_anothers_house_nor_moved_there(houses):
    cast, mine, _ = houses
    other = cast.stranger.actor.organization_id
    with scoped_to(cast.organization.id):
        for statement, values in (
            (
                "INSERT INTO tenants_team (id, organization_id, name, is_archived) VALUES (%s, %s, 'X', false)",
                [uuid4(), other],
            ),
            ("UPDATE tenants_team SET organization_id = %s WHERE id = %s", [other, mine.id]),
        ):
            with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
            assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_a_row_cannot_hang_on_anothers_row(houses):
    """Postgres checks foreign keys past row-level security; the key itself carries the organization."""
    cast, mine, theirs = houses
    organization = {"organization_id": cast.organization.id}
    with scoped_to(cast.organization.id):
        for model, values in (
            (TeamMember, {"team_id": theirs.id, "member_id": cast.owner.id}),
            (TeamMember, {"team_id": mine.id, "member_id": cast.stranger.id}),
        ):
            with pytest.raises(IntegrityError) as refused, transaction.atomic():
                model.objects.create(**organization, **values)
            assert isinstance(refused.value.__cause__, psycopg.errors.ForeignKeyViolation)


def test_the_app_cannot_take_another_organization_by_role_or_setting(houses):
    cast, *_ = houses
    for statement in (
        "SET LOCAL ROLE casefy_owner",
        "SET LOCAL ROLE casefy_porter",
        "SET LOCAL row_security = off; SELECT * FROM tenants_team",
        "ALTER TABLE tenants_team NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenants_team_tenant ON tenants_team",
        "CREATE TABLE mine (id int)",
    ):
        with scoped_to(cast.organization.id):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_scope_inside_another_is_taken_back(houses):
    cast, mine, theirs = houses
    other = cast.stranger.actor.organization_id
    with scoped_to(cast.organization.id), transaction.atomic():
        with scoped_to(other):
            assert list(Team.objects.all()) == [theirs]
        assert list(Team.objects.all()) == [mine]


def test_a_scope_ends_with_its_transaction_also_by_an_error(houses):
    cast, *_ = houses
    with pytest.raises(RuntimeError), scoped_to(cast.organization.id), transaction.atomic():
        raise RuntimeError
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('casefy.organization', true)")
        assert cursor.fetchone()[0] in (None, "")
        with pytest.raises(ScopeError):
            Role.objects.count()

"""How Postgres answers a question: asserted on the plan as it was carried out, as the app role.

A page of fifty that touches thousands of rows is quick today and slow in a large organization.
"""

import json
from contextlib import contextmanager
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from bench.load import fill, lengthen
from bench.world import World, make_world
from cases.actions.changing import change_fields
from cases.events import CaseFieldsChanged
from cases.finding import read_search
from cases.knowing import place
from cases.models import Case
from templates_app.catalogue import catalogue
from tenants.actions.invitations import accept_invitation, invite_member
from tenants.actions.teams import add_team_member, create_team
from tenants.actor import Actor
from tenants.entering import enter_by_user
from tenants.invitation_secrets import secret_of
from tenants.models import Member, Organization, Role, Team, User
from tenants.scope import reading, scoped_to
from tests import services
from timeline.record import Entry, record_many

SIZE, LONG, PAGE = 5000, 10_000, 50
APART = 400


@pytest.fixture(scope="session")
def filled(django_db_setup, django_db_blocker):
    """A database of its own, so that what Postgres knows of it does not depend on the tests that ran before."""
    name = services.new_database("plans")
    with django_db_blocker.unblock(), connected_to(name):
        made = make_world("plans")
        fill(made, SIZE)
        for _ in range(2):
            fill(make_world("beside"), 500)
        set_apart(made)
        lengthen_one(made)
        hold_some(made)
        with services.superuser(name) as superuser:
            superuser.execute("VACUUM ANALYZE")
    yield name, made
    services.drop_database(name)


@pytest.fixture
def world(filled, django_db_blocker):
    """An organization of five thousand cases, beside two others; what Postgres knows of them is up to date."""
    name, made = filled
    with django_db_blocker.unblock(), connected_to(name):
        yield made


@contextmanager
def connected_to(name: str):
    """The default connection goes to that database for the length of the block."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def set_apart(made: World) -> None:
    """Give some of the oldest cases to a guest and to their team, and put some on hold: lists begin far from them."""
    user = User.objects.create_user(f"guest@{made.slug}.example.org", name="Gus Guest")
    team = create_team(by=made.by, name="Helpers")
    with scoped_to(made.organization_id), reading():
        role = Role.objects.get(key="guest")
    invitation = invite_member(by=made.by, email=user.email, role_id=role.id)
    guest = accept_invitation(user=user, secret=secret_of(invitation.id)).member
    add_team_member(by=made.by, team_id=team.id, member_id=guest.id)
    with scoped_to(made.organization_id), transaction.atomic():
        oldest = list(Case.objects.order_by("id").values_list("id", flat=True)[: 3 * APART])
        Case.objects.filter(id__in=oldest[:APART]).update(owner=guest)
        Case.objects.filter(id__in=oldest[APART // 2 : 2 * APART]).update(team=team)
        held = Case.objects.filter(id__in=oldest[2 * APART :], status="open")
        held.update(status="on_hold")


def lengthen_one(made: World) -> None:
    """Make one case's timeline so many comments and changes long, with another field's change at either end."""
    with scoped_to(made.organization_id), reading():
        case = Case.objects.order_by("id").values_list("id", flat=True)[0]
    change_fields(by=made.by, case_id=case, values={"supplier": "First"})
    lengthen(made, case, LONG)
    count_up(made, case, LONG)
    change_fields(by=made.by, case_id=case, values={"supplier": "Last"})


def hold_some(made: World) -> None:
    """Put three hundred running cases on hold, five for each day of two months."""
    with scoped_to(made.organization_id), transaction.atomic():
        running = list(Case.objects.filter(status="open").order_by("id").values_list("id", flat=True)[:300])
        for n in range(60):
            some = Case.objects.filter(id__in=running[n * 5 : n * 5 + 5])
            some.update(status="on_hold", hold_until=date(2030, 1, 1) + timedelta(days=n))


def count_up(made: World, case: UUID, times: int) -> None:
    """Change another field so many times."""
    about = SimpleNamespace(stream=("case", case), template_version_id=None)
    change = {"name": "Quantity", "kind": "integer", "from": 1, "to": 2, "from_shown": "1", "to_shown": "2"}
    fact = CaseFieldsChanged(summary="Quantity", changes={"quantity": change}, personal_fields=[])
    with scoped_to(made.organization_id), transaction.atomic():
        record_many(Entry(fact, about, made.by) for _ in range(times))
        Case.objects.filter(id=case).update(version=F("version") + times)


@pytest.fixture
def asked(world, django_db_blocker):
    """`asked(question)`: how Postgres answers what the question asks, in the organization's scope."""
    with django_db_blocker.unblock(), scoped_to(world.organization_id), reading():
        yield Asked


@pytest.fixture
def guest(world, asked) -> Actor:
    """Whoever sees some of the oldest cases: as their own, as their team's, and as both."""
    user_id = Member.objects.values_list("user_id", flat=True).get(role__key="guest")
    entry = enter_by_user(user_id, world.slug)
    assert entry is not None
    return entry.actor()


class Asked:
    """The plan of a question's last statement, or of the one `at` a place, as it was carried out."""

    def __init__(self, question, at: int = -1) -> None:
        with CaptureQueriesContext(connection) as captured:
            self.answer = question()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("casefy_app",)
            cursor.execute(
                "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "
                + captured.captured_queries[at]["sql"].replace("%", "%%")
            )
            plan = cursor.fetchone()[0]
        self.nodes = list(nodes_of((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))

    @property
    def indexes(self) -> set[str]:
        return {node["Index Name"] for node in self.nodes if "Index Name" in node and node["Actual Loops"]}

    @property
    def kinds(self) -> set[str]:
        return {node["Node Type"] for node in self.nodes if node["Actual Loops"]}

    @property
    def touched(self) -> int:
        """Rows that scans read, those thrown away among them."""
        scans = [
            node for node in self.nodes if node["Node Type"].endswith("Scan") and "Relation Name" in node
        ]
        return round(
            sum((n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"] for n in scans)
        )

    def __repr__(self) -> str:
        return "\n".join(
            f"{n['Node Type']} {n.get('Index Name', n.get('Relation Name', ''))} "
            f"{n['Actual Rows']} x {n['Actual Loops']}"
            for n in self.nodes
        )


def nodes_of(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def search_for(world: World, given: dict[str, str], by: Actor | None = None):
    revision = Organization.objects.values_list("revision", flat=True).get(id=world.organization_id)
    known = catalogue(world.organization_id, revision)
    named = {"TEMPLATE": world.template}
    if {"GUEST", "TEAM"} & set(given.values()):
        named["GUEST"] = str(Member.objects.get(role__key="guest").id)
        named["TEAM"] = str(Team.objects.get().id)
    by = by or world.by
    return read_search(
        {key: named.get(each, each) for key, each in given.items()}, known, place(by), by.member_id
    )

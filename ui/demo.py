"""The demo: an organization whose people have been at work for some weeks, told by the product's own acts."""

import random
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from casefy import clock
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from tenants.actions.invitations import accept_invitation, invite_member
from tenants.actions.organizations import create_organization
from tenants.actions.teams import add_team_member, create_team
from tenants.actor import Actor
from tenants.entering import enter_by_user, organization_named
from tenants.invitation_secrets import secret_of
from tenants.models import Role, User
from tenants.scope import reading, scoped_to
from ui.demo_scenes import Scene, scenes_of
from ui.demo_stories import COMPLAINTS, ONBOARDINGS

SLUG = "northwind"
PASSWORD = "case-by-case"  # noqa: S105  printed for everybody: the demo is on the visitor's own machine
PEOPLE = (
    ("Ana Moreno", "owner"),
    ("Li Wei", "designer"),
    ("Tom Berg", "case_worker"),
    ("Sara Khan", "case_worker"),
    ("Ida Olsen", "auditor"),
)


@dataclass(frozen=True, slots=True)
class Crew:
    """Who plays: users by first name, and how each enters."""

    organization_id: UUID
    users: dict[str, UUID]

    def actor(self, name: str) -> Actor:
        """Return a person as they act now. Raises LookupError for one who is not let in."""
        with reading():
            entry = enter_by_user(self.users[name], SLUG)
        if entry is None:
            raise LookupError(f"{name} is not in the demo organization")
        return entry.actor()


def make_demo() -> tuple[str, ...]:
    """Make the demo organization unless it is there, and return the lines that say how to log in."""
    if organization_named(SLUG) is None:
        crew = _gather()
        _set_up(crew)
        _live(crew)
    return (f"{_address('Ana Moreno')} / {PASSWORD}",)


def _address(name: str) -> str:
    return f"{name.split()[0].lower()}@northwind.example"


def _gather() -> Crew:
    users = {name: _user(name) for name, _ in PEOPLE}
    founded = create_organization(
        user=users["Ana Moreno"], name="Northwind Ops", slug=SLUG, time_zone=settings.TIME_ZONE, locale="en"
    )
    crew = Crew(founded.organization.id, {name.split()[0]: user.id for name, user in users.items()})
    with scoped_to(crew.organization_id), reading():
        roles = dict(Role.objects.values_list("key", "id"))
    for name, role in PEOPLE[1:]:
        invitation = invite_member(by=crew.actor("Ana"), email=_address(name), role_id=roles[role])
        accept_invitation(user=users[name], secret=secret_of(invitation.id))
    return crew


def _user(name: str) -> User:
    user = User.objects.create_user(_address(name), PASSWORD, name=name)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)  # type: ignore[attr-defined]
    return user


def _set_up(crew: Crew) -> None:
    for key in ("client-onboarding", "complaint-handling"):
        template = create_template(by=crew.actor("Li"), gallery=key)
        publish_template(by=crew.actor("Li"), template_id=template.id, note="Ready for the team")
    for name, members in (("Onboarding", ("Ana", "Tom")), ("Customer care", ("Sara", "Tom"))):
        team = create_team(by=crew.actor("Ana"), name=name)
        for member in members:
            member_id = crew.actor(member).member_id
            assert member_id is not None
            add_team_member(by=crew.actor("Ana"), team_id=team.id, member_id=member_id)


def _live(crew: Crew) -> None:
    """Tell all stories at once, in the order in which things happened."""
    dice = random.Random(20160229)  # noqa: S311  the same stories on every machine
    today = timezone.now()
    told = ((ONBOARDINGS, "client-onboarding"), (COMPLAINTS, "complaint-handling"))
    scenes: list[Scene] = []
    for stories, template in told:
        for story in stories:
            began = today - timedelta(days=story.days_ago, minutes=dice.randint(0, 500))
            scenes += scenes_of(story, template, began, today, dice)
    for scene in sorted(scenes, key=lambda each: each.at):
        with clock.at(scene.at):
            scene.play(crew.actor)

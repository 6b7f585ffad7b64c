"""Acme with one of everything that an address can name, for tests that walk all addresses."""

from uuid import uuid4

from cases.actions.importing import upload_log
from outbound.models import Mail
from tenants.actions.invitations import invite_member
from tenants.actions.roles import create_role
from tenants.actions.teams import add_team_member, create_team
from tenants.actions.tokens import create_token
from tests.cases.kit import Office
from tests.cast import CommittedCast
from tests.tenants.routes import Route
from timeline.models import Event

# Gaps whose sample says nothing about whose thing it is: the same for Acme and for nobody.
ALIKE = {
    "cases/<str:number>/fields/<str:key>": {"key": "company"},
    "cases/<str:number>/<str:name>": {"name": "move"},
    "versions/<int:number>": {"number": "1"},
    "as-of/<int:seq>": {"seq": "1"},
    "tab": "fields",
    "format": "csv",
    "field": "company",
    "name": "rename-stage",
}
# Addresses that belong to no organization. What a stranger may see there is everybody's, or their own.
OUTSIDE = frozenset(
    "home welcome new_organization suggest_slug accept_offer invitation healthz readyz metrics "  # noqa: SIM905
    "api-front api-openapi api-docs api-redoc api-nothing api-permissions api-event-types error-meaning".split()
)


class Acme:
    """An organization with one of everything; `samples` fill the gaps of addresses."""

    def __init__(self) -> None:
        self.cast = cast = CommittedCast()
        self.office = office = Office(cast)
        by, member = cast.owner.actor, cast.colleague
        self.case = case = office.open()
        team = create_team(by=by, name="Claims")
        add_team_member(by=by, team_id=team.id, member_id=member.id)
        role = create_role(by=by, name="Desk", permissions=["case.view"])
        invitation = invite_member(by=by, email=f"{uuid4().hex}@example.org", role_id=role.id)
        self.samples = {
            "member_id": member.id,
            "team_id": team.id,
            "role_id": role.id,
            "invitation_id": invitation.id,
            "token_id": create_token(by=by, name="Script").token.id,
            "delivery_id": self.dead_mail(),
            "import_id": upload_log(by=by, file_name="log.csv", content=[b"case,activity,time\n"]).id,
            "number": case.number,
            "case": case.id,
            "event_id": self._event_of(case),
            "key": "onboarding",
            "template": "onboarding",
            "slug": cast.organization.slug,
        }

    def _event_of(self, case):
        with self.cast.scope:
            return Event.objects.get(stream_id=case.id, seq=1).id

    def dead_mail(self):
        """A mail that nobody could be sent."""
        with self.cast.scope:
            return Mail.objects.create(
                organization=self.cast.organization, kind="invitation", to=f"{uuid4().hex}@example.org", subject="x",
                event_id=uuid4(), dead_at=self.cast.now(),
            ).id  # fmt: skip


def alike(route: Route) -> dict[str, str]:
    """The gaps of a route that are filled alike for Acme and for nobody."""
    for ending, values in ALIKE.items():
        if isinstance(values, dict) and route.pattern.endswith(ending):
            return values
    return {name: value for name, value in ALIKE.items() if isinstance(value, str) and name in route.gaps}

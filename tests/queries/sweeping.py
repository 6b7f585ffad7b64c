"""How many statements each address costs: every GET of the URLconf, some in several ways, and a person's acts."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from django.test import Client

from cases.actions.commenting import comment_on_case
from cases.actions.importing import upload_log
from cases.actions.pausing import hold_case
from tenants.actions.invitations import invite_member
from tenants.actions.roles import create_role
from tenants.actions.teams import add_team_member, create_team
from tenants.actions.tokens import create_token
from tests.api.kit import statements
from tests.tenants.routes import WITHIN, routes
from tests.tenants.samples import OUTSIDE, Acme, alike
from timeline.relay import carry

KEPT = Path(__file__).with_name("queries.txt")

# Addresses that are asked in other ways as well.
WAYS: Mapping[str, tuple[str, ...]] = {
    "inbox": ("tab=mine", "tab=held", "tab=unowned"),
    "cases": ("template=onboarding&field.region=north", "q=case", "sort=-changed&status=all", "owner=me"),
    "cases/<str:number>": ("kind=comments", "field=company"),
    "timeline": ("kind=moves", "template=onboarding"),
}
API_WAYS: Mapping[str, tuple[str, ...]] = {
    "cases": (
        "template=onboarding&field.region=north&sort=-field.company",
        "q=case",
        "status=running&sort=changed",
    ),
}


class Sweep:
    """Acme as its owner sees it, in a browser and by a program."""

    def __init__(self) -> None:
        self.acme = acme = Acme()
        owner = acme.cast.owner
        self.browser = Client()
        self.browser.force_login(owner.user)
        secret = create_token(by=owner.actor, name="Sweep").secret
        self.program = Client(headers={"Authorization": f"Bearer {secret}"})
        self.grow(2)

    def grow(self, times: int) -> None:
        """Add so many of everything that a page lists."""
        acme, cast = self.acme, self.acme.cast
        by, other = cast.owner.actor, cast.colleague
        for n in range(times):
            case = acme.office.open(f"Case {n}", {"region": "north", "company": f"C{n}"}, owner=cast.owner.id)
            comment_on_case(by=other.actor, case_id=case.id, text=f"Look at {n}")
            comment_on_case(by=other.actor, case_id=acme.case.id, text=f"Remark {n} for @Olga Owner")
            acme.office.open(f"Given {n}", owner=other.id)
            held = acme.office.open(f"Held {n}", owner=cast.owner.id)
            hold_case(by=by, case_id=held.id, reason="Waiting")
            team = create_team(by=by, name=f"Team of {case.number}")
            add_team_member(by=by, team_id=team.id, member_id=other.id)
            create_role(by=by, name=f"Role of {case.number}", permissions=["case.view"])
            create_token(by=by, name=f"Token {n}")
            invite_member(by=by, email=f"{case.id}@example.org", role_id=cast.role("auditor").id)
            acme.dead_mail()
            upload_log(by=by, file_name=f"log-{n}.csv", content=[b"case,activity,time\n"])
        acme.office.republish(name=f"Client onboarding {times}")
        carry(organization_id=cast.organization.id)

    def measured(self) -> dict[str, int]:
        """What each address costs, once it was asked before."""
        return {name: self._cost(name, path) for name, path in self._addresses()}

    def _addresses(self) -> Iterator[tuple[str, str]]:
        for route in routes():
            if not (route.is_within or route.is_api) or route.name in OUTSIDE:
                continue
            pattern = route.pattern.replace(WITHIN, "o/<slug>/", 1)
            path = route.path({**self.acme.samples, **alike(route)}, self.acme.cast.organization.slug)
            asked = API_WAYS.get(pattern.removeprefix("api/v1/")) if route.is_api else WAYS.get(
                pattern.removeprefix("o/<slug>/")
            )  # fmt: skip
            yield pattern, path
            yield from ((f"{pattern}?{way}", f"{path}?{way}") for way in asked or ())

    def _cost(self, name: str, path: str) -> int:
        client = self.program if name.startswith("api/") else self.browser
        with closing(client.get(path)) as first:
            if first.status_code == 405:
                return 0
        with statements() as counted:
            answer = client.get(path)
            if answer.streaming:
                b"".join(answer.streaming_content)
            answer.close()
        assert answer.status_code < 400, f"{path}: {answer.status_code} {answer.content[:300]!r}"
        return len(counted)

    def acted(self) -> dict[str, int]:
        """What the browser's acts on a case cost, with what is read for the answer."""
        case = self.acme.office.open("Acted on")
        found = {}
        for name, act, form in (
            ("move", "move", {"to": "review", "dialog": "1"}),
            ("move, refused", "move", {"to": "approval", "dialog": "1"}),
            ("move with a value", "move", {"to": "approval", "field.amount": "5 EUR", "dialog": "1"}),
            ("comment", "comments", {"text": "Looks good"}),
            ("hold", "hold", {"reason": "Waiting"}),
        ):
            with statements() as counted:
                answer = self._send(case.number, act, form)
            assert answer.status_code == (422 if "refused" in name else 200), answer.content
            found[f"POST {name}"] = len(counted)
        return found

    def _send(self, number: str, act: str, form: Mapping[str, str]):
        page = f"/o/{self.acme.cast.organization.slug}/cases/{number}"
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
        return self.browser.post(f"{page}/{act}", form, headers=headers)


def kept() -> dict[str, int]:
    """What the committed file says: one line for each address, with its statements in front."""
    lines = [line for line in KEPT.read_text().splitlines() if line and not line.startswith("#")]
    return {name: int(count) for count, name in (line.strip().split(" ", 1) for line in lines)}

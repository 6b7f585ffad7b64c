"""The operations that are compared: the same six for the product and for each form of the yardstick."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from bench.driver import Client
from bench.world import REGIONS, STAGES, World, values

MOST_CLIENTS = 8
NAMES = ("create", "move", "read", "history", "list", "cycle")
WHAT = {
    "create": "open a case with 8 fields",
    "move": "move a case, with a comment",
    "read": "read a case",
    "history": "50 events of a case",
    "list": "50 cases by a custom field",
    "cycle": "open a case and move it 7 times",
}


class Works(Protocol):
    """The six operations on one server."""

    name: str

    @property
    def headers(self) -> dict[str, str]: ...
    def create(self, client: Client) -> object: ...
    def move(self, client: Client) -> object: ...
    def read(self, client: Client) -> object: ...
    def history(self, client: Client) -> object: ...
    def list(self, client: Client) -> object: ...
    def cycle(self, client: Client) -> object: ...


def work(works: Works, name: str) -> Callable[[Client], object]:
    """Return one of the six by name."""
    found: Callable[[Client], object] = getattr(works, name)
    return found


@dataclass
class Product:
    """CaseFy's API."""

    world: World
    cases: list[UUID]
    long_cases: list[UUID]
    name: str = "casefy"
    at: dict[UUID, int] = field(default_factory=dict)
    first: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """The token, as every client sends it."""
        return {"Authorization": f"Bearer {self.world.secret}", "Accept": "application/json"}

    def create(self, client: Client) -> str:
        """Open a case; return its id."""
        number = client.chance.randrange(1_000_000)
        body = {"template": self.world.template, "title": f"Order {number}", "values": values(number)}
        made: str = client.post("/api/v1/cases", body)["id"]
        return made

    def move(self, client: Client) -> object:
        """Move one of the client's own cases on; from the last stage back to the first."""
        case = client.chance.choice(self.cases[client.number :: MOST_CLIENTS])
        self.at[case] = (self.at.get(case, self.first) + 1) % len(STAGES)
        return self._to(client, str(case), STAGES[self.at[case]])

    def _to(self, client: Client, case: str, stage: str) -> object:
        return client.post(
            f"/api/v1/cases/{case}/move", {"to": stage, "reason": "all papers are there, going on"}
        )

    def read(self, client: Client) -> object:
        """Read one of the cases."""
        return client.get(f"/api/v1/cases/{client.chance.choice(self.cases)}")

    def history(self, client: Client) -> object:
        """Read fifty events."""
        return expect(
            50, client.get(f"/api/v1/cases/{client.chance.choice(self.long_cases)}/timeline?limit=50")
        )

    def list(self, client: Client) -> object:
        """List fifty cases of a region."""
        region = f"R{client.chance.randrange(REGIONS)}"
        return expect(
            50, client.get(f"/api/v1/cases?template={self.world.template}&field.region={region}&limit=50")
        )

    def cycle(self, client: Client) -> object:
        """Open a case and take it through all its stages."""
        case = self.create(client)
        for stage in STAGES[1:]:
            self._to(client, case, stage)
        return case


@dataclass
class Yardstick:
    """One of the yardstick's forms: `drf` or `lean`."""

    name: str
    token: str
    cases: int

    @property
    def headers(self) -> dict[str, str]:
        """Its token."""
        return {"Authorization": f"Token {self.token}", "Accept": "application/json"}

    def create(self, client: Client) -> int:
        """Open a case; return its id."""
        number = client.chance.randrange(1_000_000)
        fields = {**values(number), "amount": number % 100_000}
        made: int = client.post(f"/{self.name}/cases", {"title": f"Order {number}", "fields": fields})["id"]
        return made

    def move(self, client: Client) -> object:
        """Move one of the cases."""
        return self._to(client, client.chance.randrange(200, self.cases), client.chance.randrange(1, 9))

    def _to(self, client: Client, case: int, stage: int) -> object:
        return client.post(
            f"/{self.name}/cases/{case}/move", {"to": stage, "comment": "all papers are there, going on"}
        )

    def read(self, client: Client) -> object:
        """Read one of the cases."""
        return client.get(f"/{self.name}/cases/{client.chance.randrange(200, self.cases)}")

    def history(self, client: Client) -> object:
        """Read fifty events."""
        return expect(50, client.get(f"/{self.name}/cases/{client.chance.randrange(1, 101)}/events"))

    def list(self, client: Client) -> object:
        """List fifty cases of a region."""
        return expect(50, client.get(f"/{self.name}/cases?region=R{client.chance.randrange(REGIONS)}"))

    def cycle(self, client: Client) -> object:
        """Open a case and take it through all its stages."""
        case = self.create(client)
        for stage in range(2, 9):
            self._to(client, case, stage)
        return case


def expect(count: int, body: bytes) -> bytes:
    """Check that an answer has so many results: an empty page is quick, but no page."""
    results = json.loads(body)["results"]
    if len(results) != count:
        raise RuntimeError(f"{len(results)} results instead of {count}")
    return body

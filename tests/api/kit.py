"""A client of the API as a program would write one, and an honest counter of SQL statements."""

import json
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.actions.tokens import create_token


class Api:
    """Calls the API with a token of somebody's."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client()

    @classmethod
    def of(cls, player: Any, scopes: tuple[str, ...] = ()) -> "Api":
        """An API client with a fresh token of this person."""
        return cls(create_token(by=player.actor, name="Script", scopes=scopes).secret)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One request. `path` is below /api/v1/; headers are named as in `if_match='"3"'`."""
        content = b"" if body is None else json.dumps(body).encode()
        given = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **given},
        )

    def get(self, path: str, **headers: str) -> Any:
        """GET, which must succeed, as JSON."""
        response = self("GET", path, **headers)
        assert response.status_code == 200, response.content
        return response.json()

    def post(
        self, path: str, body: Any = None, *, status: int = 200, method: str = "POST", **headers: str
    ) -> Any:
        """POST, which must answer with this status, as JSON."""
        response = self(method, path, {} if body is None else body, **headers)
        assert response.status_code == status, response.content
        return response.json()


@contextmanager
def statements():
    """Count SQL statements as the server gets them: BEGIN, COMMIT, and each part of a `;`-separated one."""
    counted: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield counted
    for query in captured:
        counted.extend(part.strip() for part in query["sql"].split(";") if part.strip())


def refused(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Assert that a response is a problem with this status and code, and return it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["type"] == f"/errors/{code}"
    assert problem["instance"]
    return problem

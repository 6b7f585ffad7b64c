"""Requests are counted by token; who has used up a minute waits for the next one."""

import pytest
import redis

from casefy import valkey
from tests.api.kit import Api, refused


@pytest.fixture
def three_a_minute(settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 3
    monkeypatch.setattr("api.limits.time.time", lambda: 1_800_000_010.5)


def test_headers_say_what_is_left(api, three_a_minute):
    first, second = api("GET", "me"), api("GET", "me")
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"], first["RateLimit-Reset"]) == (
        "3",
        "2",
        "50",
    )
    assert second["RateLimit-Remaining"] == "1"


def test_beyond_the_limit_the_answer_is_429_with_the_time_to_wait(api, owner, office, three_a_minute):
    for _ in range(3):
        assert api("GET", "me").status_code == 200
    response = api("POST", "cases", {"template": "onboarding", "title": "One too many"})
    assert refused(response, 429, "limited")["retry_after"] == 50
    assert (response["Retry-After"], response["RateLimit-Remaining"]) == ("50", "0")
    assert owner("GET", "me").status_code == 200, "another token has its own minute"
    assert Api(api.secret).client.get("/api/v1/me").status_code == 401, "who has no token is not counted"


def test_refusals_are_counted_too(api, three_a_minute):
    for _ in range(3):
        api("GET", "cases/none")
    refused(api("GET", "me"), 429, "limited")


def test_a_new_minute_is_a_new_allowance(api, three_a_minute, monkeypatch):
    for _ in range(4):
        api("GET", "me")
    monkeypatch.setattr("api.limits.time.time", lambda: 1_800_000_060.0)
    assert api("GET", "me").status_code == 200


def test_what_is_counted_vanishes_by_itself(api, three_a_minute):
    api("GET", "me")
    keys = list(valkey.client().scan_iter("casefy:api:*:30000000"))
    assert keys
    assert all(0 < valkey.client().ttl(key) <= 120 for key in keys)


def test_without_valkey_nobody_is_held_up(api, settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 1
    away = redis.Redis(port=1, socket_connect_timeout=0.2)
    monkeypatch.setattr("api.limits.client", lambda: away)
    for _ in range(3):
        response = api("GET", "me")
        assert response.status_code == 200
        assert "RateLimit-Limit" not in response

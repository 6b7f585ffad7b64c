"""`/healthz`, `/readyz`, `/metrics`: true answers, and a sentence for each part that is not well."""

import json
import os
import subprocess
import sys

import pytest

from casefy import alive, checks, health
from casefy.valkey import client as valkey

pytestmark = pytest.mark.django_db


@pytest.fixture
def signs_of_life(nothing_waits):
    alive.mark("worker")
    alive.mark("beat")
    yield
    valkey().delete("casefy:alive:worker", "casefy:alive:beat")


def test_healthz_says_that_this_process_answers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_is_green_when_every_part_is_well(client, signs_of_life):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert answer.json()["ready"] is True


@pytest.mark.parametrize(
    ("part", "sentence"), [("worker", "No worker has taken a message"), ("beat", "Beat has not ticked")]
)
def test_readyz_says_what_is_missing(client, signs_of_life, part, sentence):
    valkey().delete(f"casefy:alive:{part}")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert parts.pop(part).startswith(sentence)
    assert set(parts.values()) == {"ok"}


def test_readyz_names_a_valkey_that_is_away_and_tells_the_log_alone_where_it_was_looked_for(
    client, settings, caplog
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    valkey.cache_clear()
    try:
        parts = client.get("/readyz").json()["parts"]
    finally:
        valkey.cache_clear()
    assert parts["cache"] == "The cache does not answer. The log says why."
    assert "127.0.0.1" not in str(parts)
    (line,) = [str(record.msg) for record in caplog.records if "'part': 'cache'" in str(record.msg)]
    assert "127.0.0.1:1" in line
    assert parts["database"] == "ok"


def test_every_part_has_its_word_in_the_answer(client):
    assert set(client.get("/readyz").json()["parts"]) == set(health.PARTS)


def test_metrics_count_requests_by_route_not_by_path(client, signs_of_life):
    client.get("/accounts/login/")
    text = client.get("/metrics").content.decode()
    assert 'casefy_request_seconds_count{method="GET",route="accounts/login/",status="200"}' in text
    assert "casefy_outbox_lag_seconds 0.0" in text
    assert "casefy_worker_alive 1.0" in text


def test_a_method_that_somebody_invents_makes_no_label(client, signs_of_life):
    client.generic("BREW", "/accounts/login/")
    text = client.get("/metrics").content.decode()
    assert 'method="OTHER",route="accounts/login/"' in text
    assert "BREW" not in text


def test_metrics_are_there_while_valkey_is_away(client, settings, nothing_waits):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    valkey.cache_clear()
    try:
        answer = client.get("/metrics")
    finally:
        valkey.cache_clear()
    assert answer.status_code == 200
    assert "casefy_worker_alive NaN" in answer.content.decode()
    assert "casefy_outbox_lag_seconds 0.0" in answer.content.decode()


def test_metrics_are_not_for_strangers(client, settings):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.5").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 403
    settings.METRICS_TOKEN = "let-me-look"
    assert client.get("/metrics").status_code == 403
    assert (
        client.get(
            "/metrics", REMOTE_ADDR="203.0.113.5", headers={"Authorization": "Bearer let-me-look"}
        ).status_code
        == 200
    )


def test_each_request_has_an_id_that_comes_back_and_stands_in_its_log_line(client, caplog):
    answer = client.get("/accounts/login/", headers={"X-Request-ID": "abcdef-0123456789"})
    assert answer.headers["X-Request-ID"] == "abcdef-0123456789"
    (line,) = [record for record in caplog.records if record.name == "casefy.request"]
    said = line.msg if isinstance(line.msg, dict) else json.loads(line.msg)
    assert (said["request_id"], said["route"], said["status"]) == (
        "abcdef-0123456789",
        "accounts/login/",
        200,
    )


def test_a_made_up_request_id_that_could_break_a_log_is_replaced(client):
    assert client.get("/healthz", headers={"X-Request-ID": "a\tb"}).headers["X-Request-ID"] != "a\tb"


def test_pages_allow_scripts_and_styles_of_our_own_alone(client, settings):
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert f"connect-src 'self' {settings.LIVE_URL}" in policy


def test_further_hosts_do_not_take_the_place_of_ones_own():
    """Health checks ask for 127.0.0.1, people for the public address, whatever else is allowed."""
    done = subprocess.run(
        [sys.executable, "-c", "from casefy.settings import ALLOWED_HOSTS; print(ALLOWED_HOSTS)"],
        env={
            **os.environ,
            "CASEFY_PUBLIC_URL": "https://cases.example",
            "CASEFY_ALLOWED_HOSTS": "intern,www.example",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(["cases.example", "127.0.0.1", "localhost", "intern", "www.example"])


def test_a_cache_that_is_not_shared_is_refused(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    (sentence,) = checks.cache()
    assert "is not shared between processes" in sentence


@pytest.mark.parametrize(
    ("given", "key", "fault"),
    [(False, "x" * 50, "missing"), (True, "short", "too short"), (True, "x" * 50, None)],
)
def test_secrets_must_be_given_and_long(settings, given, key, fault):
    settings.SECRET_KEY_WAS_GIVEN, settings.SECRET_KEY = given, key
    assert [fault in sentence for sentence in checks.secrets()] == ([True] if fault else [])

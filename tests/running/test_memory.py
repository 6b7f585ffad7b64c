"""What a web worker keeps in memory: what it needs, and no more of it the longer it works."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench import installed
from bench.meter import descendants, memory_of
from tests.running.visiting import SLUG, Person, Program, token_of

AIM = 120  # MB that a web worker may occupy
PAGES = ("inbox", "cases", "boards", "timeline", "templates", "settings/members")

LOOK = """
import sys, django.urls, casefy.wsgi

def load(level):
    for each in level.url_patterns:
        if hasattr(each, "url_patterns"):
            load(each)

load(django.urls.get_resolver())
before = "fido2" in sys.modules
from allauth.mfa.webauthn.internal import auth
print(before, auth.begin_authentication.__name__, "fido2" in sys.modules)
"""


def test_passkeys_are_loaded_when_somebody_uses_one():
    given = {**os.environ, **installed.environment(), "DJANGO_SETTINGS_MODULE": "casefy.settings"}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=given, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.split() == ["False", "begin_authentication", "True"], done.stderr


@pytest.mark.slow
@pytest.mark.xdist_group("up")
def test_a_web_worker_that_has_worked_occupies_what_it_may(up):
    token, ana = token_of(up), Person(up)
    _, page = Program(up, token).ask("GET", "cases?limit=20")
    for text in range(20):
        Program(up, token).ask(
            "POST", f"cases/{page['results'][0]['id']}/comments", {"text": f"**{text}** " * 200}
        )

    def work(turn: int) -> None:
        case = page["results"][turn % 20 if turn % 2 else 0]
        ana.page(f"/o/{SLUG}/cases/{case['number']}")
        ana.page(f"/o/{SLUG}/{PAGES[turn % len(PAGES)]}")
        Program(up, token).ask("GET", "cases?limit=50" if turn % 2 else "events?limit=100")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(150)))
    web = next(iter(json.loads((up.home / "children.json").read_text())))
    worker = max(rss for _, rss, _ in memory_of(descendants(int(web))))
    assert worker <= AIM, worker

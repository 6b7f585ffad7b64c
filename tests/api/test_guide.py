"""Every example of the guide works as it is printed, with the demo's template."""

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.db import connections

from casefy.env import ROOT
from casefy.wsgi import application
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from tests.api.conftest import CommittedCast
from tests.api.kit import Api

GUIDE = Path(ROOT, "docs", "api.md").read_text()
FAILS_ALOUD = (
    'set -e\ncurl() { command curl -sS --fail-with-body "$@"; echo; }\ncasefy() { echo cfy_secret; }\n'
)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


def blocks(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return [block for block in found if "$API/imports" not in block]  # those take a file and a worker


@pytest.fixture
def served(committed):
    """The API at an address of its own, for other programs."""
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)

    def serve():
        server.serve_forever(poll_interval=0.05)
        connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def newcomer(committed) -> Api:
    """An owner's API in an organization with the demo's template, as everybody has it."""
    by = CommittedCast().owner
    made = create_template(by=by.actor, gallery="client-onboarding")
    publish_template(by=by.actor, template_id=made.id)
    return Api.of(by)


def environment(api: Api, served: str) -> dict[str, str]:
    found = api.get("cases?limit=1")["results"]
    case = found[0]["number"] if found else ""
    return {**os.environ, "TOKEN": api.secret, "API": served, "CASE": case}


@pytest.mark.skipif(not shutil.which("curl"), reason="the commands are curl's")
def test_the_commands_work_one_after_another(newcomer, served):
    for block in blocks("sh"):
        script = FAILS_ALOUD + re.sub(r"^export .*$", "", block, flags=re.MULTILINE)
        given = environment(newcomer, served)
        done = subprocess.run(
            ["bash", "-c", script], env=given, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
    (case,) = newcomer.get("cases?template=client-onboarding&external_ref=ERP-4711")["results"]
    assert (case["stage"], case["values"]["annual_value"]["amount"]) == ("checks", "12500.00")


def test_the_program_works_and_may_be_started_again(newcomer, served):
    program, _ = blocks("python")
    for _ in range(2):
        said = subprocess.run(
            [sys.executable, "-c", program],
            env=environment(newcomer, served),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert said.returncode == 0, said.stderr
        assert said.stdout.endswith(" checks Acme Ltd\n")
    assert len(newcomer.get("cases")["results"]) == 1


def test_who_follows_the_feed_is_told_what_happens(owner, office, served):
    _, program = blocks("python")
    office.open("before")
    quick = program.replace("time.sleep(5)", "time.sleep(0.1)")
    reader = subprocess.Popen(
        [sys.executable, "-c", quick], env=environment(owner, served), stdout=subprocess.PIPE, text=True
    )
    try:
        lines: list[str] = []
        listening = threading.Thread(target=lambda: lines.append(reader.stdout.readline()))
        listening.start()
        for number in range(120):  # a minute, where a busy machine takes so long to start a program
            office.open(f"after {number}")
            listening.join(0.5)
            if lines:
                break
        assert "opened the case" in lines[0]
    finally:
        reader.kill()
        reader.communicate()

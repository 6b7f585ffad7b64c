"""Connections are shared by everybody's requests: nothing of one tenant may stay on them."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tenants.actions.teams import create_team

ROUNDS = 150


def test_eight_threads_on_a_pool_with_errors_and_forgotten_scopes_leak_nothing(committed_cast):
    cast = committed_cast
    create_team(by=cast.owner.actor, name="Claims")
    create_team(by=cast.stranger.actor, name="Claims")
    done = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("pool_load.py"),
            str(cast.organization.id),
            str(cast.stranger.actor.organization_id),
            str(ROUNDS),
        ],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "casefy.settings",
            "CASEFY_POOL_SIZE": "3",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    outcomes = {tuple(key.split(": ")) for key in found}
    assert sum(found.values()) == 8 * ROUNDS
    assert not [key for key in found if key.endswith((": leaked", ": blind"))], found
    assert outcomes == {
        ("honest", "seen"),
        ("question", "seen"),
        ("fails_in_python", "refused"),
        ("fails_in_the_database", "refused"),
        ("forgets", "refused"),
        ("forgets_everything", "refused"),
        ("forgets_in_a_transaction", "refused"),
        ("leaves_it_open", "seen"),
    }

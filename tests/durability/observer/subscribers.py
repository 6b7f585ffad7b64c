"""A subscriber whose effect can be counted: one row for each event, and nothing that would hide a second one.

A comment that says `kill` kills the process that carries it.
"""

import os
import signal

from django.db import connection

from timeline.queries import Told
from timeline.registry import subscriber

TABLE = """
CREATE SCHEMA observer;
CREATE TABLE observer.noted (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid, stream_id uuid, seq bigint);
GRANT USAGE ON SCHEMA observer TO casefy_app;
GRANT SELECT, INSERT ON observer.noted TO casefy_app;
"""


@subscriber("observer", to=("case.opened", "case.commented", "case.moved"))
def note(event: Told) -> None:
    """Write a row."""
    if event.fact.get("text") == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO observer.noted (event_id, stream_id, seq) VALUES (%s, %s, %s)",
            [event.id, event.stream_id, event.seq],
        )

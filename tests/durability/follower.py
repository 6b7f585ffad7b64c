"""A reader of an organization's feed, in a process of its own.

    python -m tests.durability.follower ORGANIZATION CURSOR STOP

Reads on from the cursor, such as `0.0`, until the file STOP is there and nothing more comes. Prints the ids of the
events it was shown, in order, and at the end the cursor to go on from.
"""

import sys
import time
from pathlib import Path
from uuid import UUID

import django

django.setup()

from tenants.scope import reading, scoped_to  # noqa: E402
from tests.settled import settled  # noqa: E402
from timeline.queries import feed  # noqa: E402


def follow(organization_id: UUID, cursor: tuple[int, int], stop: Path) -> None:
    """Poll the feed until told to stop and read to the end."""
    while True:
        if is_over := stop.exists():
            settled()
        with scoped_to(organization_id), reading():
            events = feed(after=cursor, limit=50)
        for event in events:
            sys.stdout.write(f"{event.id}\n")
            cursor = (event.feed_tx, event.position)
        if not events and is_over:
            break
        time.sleep(0 if events else 0.01)
    sys.stdout.write(f"{cursor[0]}.{cursor[1]}\n")


if __name__ == "__main__":
    tx, position = map(int, sys.argv[2].split("."))
    follow(UUID(sys.argv[1]), (tx, position), Path(sys.argv[3]))

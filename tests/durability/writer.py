"""Acts, one after the other, in a process of its own.

    python -m tests.durability.writer prepare | comment ORGANIZATION TEXT CASE… | deliveries ORGANIZATION |
                                      ORGANIZATION LOG CASE…

Each act has a mark of its own. The log says `I mark` before it and `A mark` once it has returned: acknowledged.
An act that failed is never tried again with the same mark, because nobody knows what became of it.
"""

import sys
import time
from pathlib import Path
from uuid import UUID, uuid4

import django

django.setup()

from django.db import Error, connection  # noqa: E402

from bench.world import STAGES, make_world  # noqa: E402
from casefy.errors import Refused  # noqa: E402
from cases.actions.commenting import comment_on_case  # noqa: E402
from cases.actions.moving import move_case  # noqa: E402
from cases.actions.opening import open_case  # noqa: E402
from outbound.queries import dead_deliveries  # noqa: E402
from tenants.actor import system_actor  # noqa: E402
from tenants.scope import reading, scoped_to  # noqa: E402


def prepare() -> None:
    """Make an organization with eight cases; print its id and theirs."""
    world = make_world("durable")
    cases = [open_case(by=world.by, template=world.template, title=f"Case {n}").id for n in range(8)]
    sys.stdout.write(" ".join(map(str, (world.organization_id, *cases))) + "\n")


def write(organization_id: UUID, log: Path, cases: list[UUID]) -> None:
    """Act until told to stop by the file beside the log."""
    by, turn = system_actor(organization_id), 0
    with log.open("a", buffering=1) as lines:
        while not log.with_suffix(".stop").exists():
            turn, mark = turn + 1, str(uuid4())
            lines.write(f"I {mark}\n")
            try:
                if turn % 3:
                    comment_on_case(by=by, case_id=cases[turn % len(cases)], text=mark)
                else:
                    move_case(
                        by=by,
                        case_id=cases[turn % len(cases)],
                        to=STAGES[turn // 3 % len(STAGES)],
                        reason=mark,
                    )
            except Refused:
                continue  # it is in that stage already: nothing happened
            except Error:
                connection.close()
                time.sleep(0.1)
                continue
            lines.write(f"A {mark}\n")
            time.sleep(0.01)


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
    elif sys.argv[1] == "comment":
        for given in sys.argv[4:]:
            comment_on_case(by=system_actor(UUID(sys.argv[2])), case_id=UUID(given), text=sys.argv[3])
    elif sys.argv[1] == "deliveries":
        with scoped_to(UUID(sys.argv[2])), reading():
            for letter in dead_deliveries():
                sys.stdout.write(f"{letter.kind} {letter.to} {letter.attempts} {letter.error}\n")
    else:
        write(UUID(sys.argv[1]), Path(sys.argv[2]), [UUID(text) for text in sys.argv[3:]])

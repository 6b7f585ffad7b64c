"""A program for test_pool.py: eight threads, a pool of three connections, and every mistake one can make.

Arguments: two organizations' ids and the rounds each thread makes. Prints JSON: what was asked, what
was refused, and every row of another organization that was seen.
"""

import json
import random
import sys
import threading
from collections import Counter
from uuid import UUID

import django

django.setup()

from django.db import DatabaseError, connection, transaction  # noqa: E402
from django_scopes import ScopeError, scopes_disabled  # noqa: E402

from tenants.models import Team  # noqa: E402
from tenants.scope import reading, scoped_to  # noqa: E402

THREADS = 8


class Oops(Exception):
    """Something went wrong in the middle."""


def look() -> set[UUID]:
    with scopes_disabled():
        return set(Team.objects.values_list("organization_id", flat=True))


def honest(mine: UUID) -> set[UUID]:
    with scoped_to(mine), transaction.atomic():
        return look()


def question(mine: UUID) -> set[UUID]:
    with scoped_to(mine), reading():
        return look()


def fails_in_python(mine: UUID) -> set[UUID]:
    with scoped_to(mine), transaction.atomic():
        look()
        raise Oops


def fails_in_the_database(mine: UUID) -> set[UUID]:
    with scoped_to(mine), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    return set()


def forgets(mine: UUID) -> set[UUID]:
    return set(Team.objects.values_list("organization_id", flat=True))


def forgets_everything(mine: UUID) -> set[UUID]:
    return look()


def forgets_in_a_transaction(mine: UUID) -> set[UUID]:
    with transaction.atomic():
        return look()


def leaves_it_open(mine: UUID) -> set[UUID]:
    """A transaction that is begun by hand and never ended: the connection goes back as it is."""
    with scoped_to(mine):
        connection.ensure_connection()
        connection.connection.execute(f"BEGIN; SELECT set_config('casefy.organization', '{mine}', true)")
        connection.close()
    return set()


MISTAKES = (
    fails_in_python,
    fails_in_the_database,
    forgets,
    forgets_everything,
    forgets_in_a_transaction,
    leaves_it_open,
)


def work(mine: UUID, rounds: int, found: Counter[str], lock: threading.Lock) -> None:
    choose = random.Random(threading.get_ident())
    for _ in range(rounds):
        act = choose.choice((honest, question, *MISTAKES))
        try:
            seen = act(mine)
            outcome = (
                "leaked" if seen - {mine} else "blind" if act in (honest, question) and not seen else "seen"
            )
        except (Oops, ScopeError, DatabaseError):
            outcome = "refused"
        finally:
            connection.close()  # back to the pool, as at the end of a request
        with lock:
            found[f"{act.__name__}: {outcome}"] += 1


def main() -> None:
    one, other, rounds = UUID(sys.argv[1]), UUID(sys.argv[2]), int(sys.argv[3])
    found: Counter[str] = Counter()
    lock = threading.Lock()
    threads = [
        threading.Thread(target=work, args=((one, other)[n % 2], rounds, found, lock)) for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(found))  # noqa: T201


main()

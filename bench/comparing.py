"""The six operations side by side: product and yardstick, one Postgres, one run, taking turns."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg

from bench.driver import Client, Times, drive
from bench.meter import Meter, Reading
from bench.places import PRODUCT, YARDSTICK, Server
from bench.works import MOST_CLIENTS, NAMES, Works, work
from casefy.embedded.services import Services


@dataclass(frozen=True, slots=True)
class Measured:
    """One operation on one server with so many clients: its times, and what one of it cost."""

    who: str
    operation: str
    clients: int
    times: Times
    cost: Reading

    @property
    def server_ms(self) -> float:
        """CPU milliseconds of the web server for one operation."""
        return 1000 * self.cost.server / len(self.times.milliseconds)

    @property
    def database_ms(self) -> float:
        """CPU milliseconds of Postgres for one operation."""
        return 1000 * self.cost.database / len(self.times.milliseconds)

    @property
    def cache_ms(self) -> float:
        """CPU milliseconds of Valkey for one operation."""
        return 1000 * self.cost.cache / len(self.times.milliseconds)

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of web server and Postgres for one operation."""
        return self.server_ms + self.database_ms

    @property
    def statements(self) -> float:
        """SQL statements for one operation, BEGIN and COMMIT among them."""
        return self.cost.statements / len(self.times.milliseconds)


@dataclass(frozen=True, slots=True)
class Rival:
    """One that is compared: its operations, and where they are served."""

    works: Works
    server: Server
    database: str


def compare(
    found: Services,
    rivals: Sequence[Rival],
    *,
    seconds: float,
    rounds: int,
    operations: Sequence[str] = NAMES,
) -> list[Measured]:
    """Measure every operation on every rival, with one client and with eight, taking turns in every round."""
    results = []
    with psycopg.connect(found.postgres.dsn(), autocommit=True) as connection:
        for clients in (1, MOST_CLIENTS):
            for operation in operations:
                sums: dict[str, Measured] = {}
                for turn in range(rounds):
                    for rival in rivals if turn % 2 == 0 else reversed(rivals):
                        once = _measure(found, connection, rival, operation, clients, seconds)
                        sums[rival.works.name] = _added(sums.get(rival.works.name), once)
                results += [sums[rival.works.name] for rival in rivals]
    return results


def _measure(
    found: Services,
    connection: psycopg.Connection,
    rival: Rival,
    operation: str,
    clients: int,
    seconds: float,
) -> Measured:
    meter = Meter(
        rival.server.process.pid, postmaster(found), found.valkey.pid() or 0, connection, rival.database
    )
    act = work(rival.works, operation)
    with connected(rival, clients) as together:
        drive(act, together, seconds / 2)  # every connection open, every statement planned
        before = meter.read()
        times = drive(act, together, seconds)
        return Measured(rival.works.name, operation, clients, times, meter.read() - before)


def _added(one: Measured | None, other: Measured) -> Measured:
    if one is None:
        return other
    a, b = one.cost, other.cost
    cost = Reading(
        a.server + b.server, a.database + b.database, a.cache + b.cache, a.statements + b.statements
    )
    return Measured(one.who, one.operation, one.clients, one.times + other.times, cost)


@contextmanager
def connected(rival: Rival, count: int) -> Iterator[list[Client]]:
    """So many clients of a rival, hung up at the end."""
    with ExitStack() as stack:
        clients = [Client(rival.server.port, rival.works.headers, number) for number in range(count)]
        for client in clients:
            stack.callback(client.close)
        yield clients


def postmaster(found: Services) -> int:
    """The process id of Postgres."""
    return int((found.postgres.data / "postmaster.pid").read_text().splitlines()[0])


DATABASES = {"casefy": PRODUCT, "drf": YARDSTICK, "lean": YARDSTICK}

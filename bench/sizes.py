"""What a list, a case and a timeline cost in small and large organizations; a long timeline beside a short one."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from uuid import UUID

import psycopg

from bench.driver import Client, drive
from bench.load import fill, lengthen
from bench.pages import logged_in
from bench.places import PRODUCT, Server
from bench.tables import table
from bench.works import Product, expect
from bench.world import World, make_world
from casefy.embedded.services import Services
from cases.models import Case
from tenants.scope import reading, scoped_to

LONG, SHORT = 10_000, 10


def measured(found: Services, web: Server, sizes: Sequence[int], *, quick: bool) -> Iterator[str]:
    """Fill organizations of these sizes and measure questions in each."""
    worlds = {size: make_world(f"with-{size}") for size in sizes}
    for size, world in worlds.items():
        fill(world, size)
    with psycopg.connect(found.postgres.dsn(PRODUCT), autocommit=True) as superuser:
        superuser.execute("VACUUM ANALYZE")
    seconds = 0.5 if quick else 2.0
    asked = {size: _questions(world) for size, world in worlds.items()}
    found_times: dict[tuple[str, int], tuple[float, float]] = {}
    for _ in range(1 if quick else 3):
        for size, questions in asked.items():
            for name, (headers, ask) in questions.items():
                times = _asked(web, headers, ask, seconds / 2)
                best = found_times.get((name, size))
                found_times[name, size] = min(times, best) if best else times
    rows = []
    for name in next(iter(asked.values())):
        p95 = [found_times[name, size][1] for size in sizes]
        rows.append((name, *(value for size in sizes for value in found_times[name, size]), p95[-1] / p95[0]))
    head = ("question", *(text for size in sizes for text in (f"{size:,} cases: p50 ms", "p95")), "p95 ratio")
    yield table("By the size of the organization, one client", head, rows)
    yield _long(web, worlds[sizes[0]], 300 if quick else LONG, seconds)


def _questions(world: World) -> dict[str, tuple[dict[str, str], Callable[[Client], object]]]:
    with scoped_to(world.organization_id), reading():
        rows = list(Case.objects.order_by("id").values_list("id", "number")[:500])
    cases = [row[0] for row in rows]
    api, session = Product(world, cases, cases), logged_in(world)
    template, here = world.template, f"/o/{world.slug}"
    return {
        "API: 50 cases by a custom field": (api.headers, api.list),
        "API: 50 newest cases": (api.headers, lambda c: expect(50, c.get("/api/v1/cases?limit=50"))),
        "API: sorted by a custom field": (
            api.headers,
            lambda c: expect(50, c.get(f"/api/v1/cases?template={template}&sort=-field.amount")),
        ),
        "API: a word": (api.headers, lambda c: expect(50, c.get("/api/v1/cases?q=office"))),
        "API: a case": (api.headers, api.read),
        "API: its timeline": (
            api.headers,
            lambda c: expect(3, c.get(f"/api/v1/cases/{c.chance.choice(cases)}/timeline?limit=50")),
        ),
        "page: list": (session, lambda c: c.get(f"{here}/cases?template={template}")),
        "page: board": (session, lambda c: c.get(f"{here}/boards/{template}")),
        "page: case": (session, lambda c: c.get(f"{here}/cases/{c.chance.choice(rows)[1]}")),
    }


def _asked(
    web: Server, headers: dict[str, str], ask: Callable[[Client], object], seconds: float
) -> tuple[float, float]:
    client = Client(web.port, headers, 1)
    for _ in range(4):  # both workers
        ask(client)
    times = drive(ask, [client], seconds)
    client.close()
    return times.percentile(0.5), times.percentile(0.95)


def _long(web: Server, world: World, long: int, seconds: float) -> str:
    with scoped_to(world.organization_id), reading():
        ids: list[UUID] = list(
            Case.objects.filter(status="open").order_by("-id").values_list("id", flat=True)[:2]
        )
    lengthen(world, ids[0], long - 3)
    lengthen(world, ids[1], SHORT - 3)
    headers = Product(world, ids, ids).headers
    pages = {
        f"{SHORT} events: all": (ids[1], "limit=10"),
        f"{long:,} events: the newest 10": (ids[0], "limit=10"),
        f"{long:,} events: 10 in the middle": (ids[0], f"limit=10&before={long // 2}"),
        f"{long:,} events: the oldest 10": (ids[0], "limit=10&before=11"),
    }
    best: dict[str, tuple[float, float]] = {}
    for _ in range(4):  # taking turns, so that a busy moment of the machine meets them all
        for name, (case, path) in pages.items():
            ask = partial(_ten, f"/api/v1/cases/{case}/timeline?{path}")
            times = _asked(web, headers, ask, seconds / 2)
            best[name] = min(times, best.get(name, times))
    rows = [(name, *times) for name, times in best.items()]
    shortest = float(rows[0][1])
    return table(
        "A long timeline beside a short one",
        ("page", "p50 ms", "p95", "p50 ratio"),
        [(*row, float(row[1]) / shortest) for row in rows],
    )


def _ten(address: str, client: Client) -> bytes:
    return expect(10, client.get(address))

"""The parts of a measurement, each giving its tables."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from bench import importing, installed, memory, relaying, sizes
from bench.comparing import Measured, Rival, compare
from bench.load import fill, lengthen
from bench.places import PRODUCT, YARDSTICK, own, started, tidy
from bench.tables import table
from bench.works import NAMES, WHAT, Product, Yardstick
from bench.world import World, make_world
from casefy import env
from casefy.embedded.services import Services
from cases.models import Case
from tenants.scope import reading, scoped_to

YARDSTICK_TOKEN = "t" * 40


def measure(found: Services, only: Sequence[str], *, quick: bool) -> Iterator[str]:
    """Yield the tables of the parts asked for."""
    size = 1000 if quick else 20_000
    world = make_world("compared")
    fill(world, size)
    with ExitStack() as stack:
        web = stack.enter_context(started("web", own("web"), installed.environment(), "/healthz"))
        product = _product(world)
        if "compare" in only:
            rivals = [Rival(product, web, PRODUCT), *_yardsticks(found, stack, size)]
            if len(rivals) == 1:
                yield "The yardstick is not here (CASEFY_YARDSTICK): the product is measured alone.\n"
            tidy(found)
            seconds, rounds = (0.5, 1) if quick else (2.0, 3)
            results = compare(found, rivals, seconds=seconds, rounds=rounds, operations=_operations())
            yield from _compared(results)
        if "import" in only:
            yield importing.measured(found, world, 1 if quick else 5)
        if "sizes" in only:
            yield from sizes.measured(
                found, web, (1000, 2000) if quick else (1000, 20_000, 100_000), quick=quick
            )
        if "memory" in only:
            yield memory.measured(stack, web)
        if "relay" in only:
            yield relaying.measured(found, world, 500 if quick else 5000)


def _operations() -> Sequence[str]:
    wanted = os.environ.get("BENCH_OPERATIONS", "").split(",")
    return [name for name in NAMES if name in wanted] or NAMES


def _product(world: World) -> Product:
    with scoped_to(world.organization_id), reading():
        ids = Case.objects.filter(status="open", stage="intake").order_by("id").values_list("id", flat=True)
        cases: list[UUID] = list(ids[:3000])
    long_cases = cases[-20:]
    for case in long_cases:
        lengthen(world, case, 60)
    return Product(world, cases[:-20], long_cases)


def _yardsticks(found: Services, stack: ExitStack, size: int) -> list[Rival]:
    folder = Path(os.environ.get("CASEFY_YARDSTICK") or env.ROOT.parent / "shared" / "bench")
    if not (folder / "ref" / "app.py").is_file():
        return []
    found.make_database(YARDSTICK)
    more = {"CASEFY_YARDSTICK": str(folder), "YARDSTICK_DSN": found.postgres.dsn(YARDSTICK)}
    subprocess.run(
        [sys.executable, "-m", "bench.yardstick_app", str(size)],
        env={**os.environ, **more, "DJANGO_SETTINGS_MODULE": ""},
        cwd=env.ROOT,
        check=True,
    )
    command = [
        sys.executable, "-m", "granian", "--host", "127.0.0.1", "--no-ws", "--log-level", "warning",
        "--interface", "wsgi", "--port", "{port}", "--workers", "2", "--blocking-threads", "4",
        "bench.yardstick_app:application",
    ]  # fmt: skip
    server = stack.enter_context(started("yardstick", command, more, "/ref/1"))
    return [Rival(Yardstick(name, YARDSTICK_TOKEN, size), server, YARDSTICK) for name in ("drf", "lean")]


def _compared(results: Sequence[Measured]) -> Iterator[str]:
    for clients in sorted({each.clients for each in results}):
        some = [each for each in results if each.clients == clients]
        head = (
            "operation",
            "who",
            "CPU ms",
            "web",
            "database",
            "cache",
            "SQL",
            "per s",
            "p50 ms",
            "p95",
            "p99",
            "p99/p50",
        )
        yield table(f"{clients} client{'s' if clients > 1 else ''}", head, [_row(each) for each in some])
    yield table(
        "CPU of one operation, as ratios",
        ("operation", "clients", "to drf", "to lean"),
        list(_ratios(results)),
    )


def _row(each: Measured) -> tuple[object, ...]:
    p50, p95, p99 = (each.times.percentile(share) for share in (0.5, 0.95, 0.99))
    return (
        WHAT[each.operation], each.who, each.cpu_ms, each.server_ms, each.database_ms, each.cache_ms,
        round(each.statements, 1), each.times.per_second, p50, p95, p99, p99 / p50,
    )  # fmt: skip


def _ratios(results: Sequence[Measured]) -> Iterator[tuple[object, ...]]:
    known = {(each.who, each.operation, each.clients): each.cpu_ms for each in results}
    for operation in NAMES:
        for clients in sorted({each.clients for each in results}):
            mine = known.get(("casefy", operation, clients), 0.0)
            others = [known.get((who, operation, clients)) for who in ("drf", "lean")]
            if all(others):
                yield (WHAT[operation], clients, *(mine / other for other in others if other))

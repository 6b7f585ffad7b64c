"""While the database takes one batch, the next one is prepared: by a thread that needs no database."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from cases.logs.batches import Stretch
from cases.logs.preparing import Prepared


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A batch, and what becomes of it if what was assumed holds. `is_settled` is told once that is judged."""

    batch: list[Stretch]
    prepared: Prepared | None
    is_settled: Callable[[], None]


class Foresight:
    """Batches, each foreseen by the thread as soon as the one before it is settled."""

    def __init__(
        self,
        batches: Iterator[list[Stretch]],
        foresee: Callable[[list[Stretch]], Prepared | None],
        thread: ThreadPoolExecutor,
    ) -> None:
        self._batches = batches
        self._foresee = foresee
        self._thread = thread
        self._coming: Future[Foreseen | None] | None = None

    def __iter__(self) -> Iterator[Foreseen]:
        self._look_ahead()
        while self._coming is not None and (foreseen := self._coming.result()) is not None:
            self._coming = None
            yield foreseen

    def _look_ahead(self) -> None:
        self._coming = self._thread.submit(self._next)

    def _next(self) -> Foreseen | None:
        batch = next(self._batches, None)
        return None if batch is None else Foreseen(batch, self._foresee(batch), self._look_ahead)


@contextmanager
def foreseeing(
    batches: Iterator[list[Stretch]], foresee: Callable[[list[Stretch]], Prepared | None]
) -> Iterator[Foresight]:
    """Foresight for as long as the block lasts."""
    with ThreadPoolExecutor(1, "import-ahead") as thread:
        yield Foresight(batches, foresee, thread)

"""Acts in real threads, made to wait for a lock, in a known order, while the world changes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, connections, models, transaction

from casefy.errors import Refused
from tests import services

WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
 WHERE NOT granted AND datname = current_database()
"""


@dataclass
class Outcome:
    """How an act ended: with what it returned, or refused."""

    returned: Any = None
    refusal: Refused | None = None
    broke: BaseException | None = None

    @property
    def code(self) -> str:
        """The refusal's code, or "" for an act that was done. Raises what nobody foresaw."""
        if self.broke is not None:
            raise self.broke
        return self.refusal.code if self.refusal else ""


class Line:
    """Acts that wait for one row, first come, first served."""

    def __init__(self, look: psycopg.Connection) -> None:
        self._look = look
        self._threads: list[threading.Thread] = []

    def join(self, act: Callable[[], Any]) -> Outcome:
        """Start an act and return once it waits; the outcome is known when the block has ended."""
        outcome = Outcome()
        thread = threading.Thread(target=_attempt, args=(act, outcome), daemon=True)
        self._threads.append(thread)
        thread.start()
        until = time.monotonic() + 60
        while self._look.execute(WAITING).fetchone()[0] < len(self._threads):
            assert thread.is_alive(), f"the act did not wait: {outcome}"
            assert time.monotonic() < until, "the act does not wait"
            time.sleep(0.01)
        return outcome

    def finish(self) -> None:
        """Wait for everybody."""
        for thread in self._threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self._threads), "an act hangs"


@contextmanager
def waiting_for(row: models.Model) -> Iterator[Line]:
    """Hold a row while the block runs: acts that need it wait. They go on, in order, when the block ends."""
    with _held(f"SELECT FROM {row._meta.db_table} WHERE id = %s FOR UPDATE", row.pk) as line:
        yield line


@contextmanager
def waiting_to_be_counted(template_id: UUID) -> Iterator[Line]:
    """Hold a template's counter while the block runs: whoever opens a case waits."""
    with _held(
        "SELECT FROM templates_app_numbercounter WHERE template_id = %s FOR UPDATE", template_id
    ) as line:
        yield line


@contextmanager
def right_after_the_commit(act: Callable[[], Any]) -> Iterator[Outcome]:
    """Let somebody's act happen between the commit of what the block does and its answer."""
    outcome = Outcome()

    def somebody() -> None:
        thread = threading.Thread(target=_attempt, args=(act, outcome), daemon=True)
        thread.start()
        thread.join(60)

    def look(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        nonlocal is_told
        if not is_told and connection.in_atomic_block and sql.startswith(("UPDATE", "INSERT", "DELETE")):
            is_told = True
            transaction.on_commit(somebody)
        return execute(sql, *more)

    is_told = False
    with connection.execute_wrapper(look):
        yield outcome
    assert is_told, "the block changed nothing"
    assert outcome.code == ""


@contextmanager
def _held(lock: str, key: UUID) -> Iterator[Line]:
    name = connections["default"].settings_dict["NAME"]
    with services.superuser(name) as look, services.superuser(name) as holder:
        line = Line(look)
        with holder.transaction():
            assert holder.execute(lock, [key]).rowcount == 1
            yield line
        line.finish()


def _attempt(act: Callable[[], Any], outcome: Outcome) -> None:
    try:
        outcome.returned = act()
    except Refused as refusal:
        outcome.refusal = refusal
    except BaseException as error:  # noqa: BLE001 - raised again by whoever asks for the code
        outcome.broke = error
    finally:
        connections.close_all()

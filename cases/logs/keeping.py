"""The row of an import as those who work on it hold it: claimed for a while, told how far it is, ended."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from casefy.ids import new_id
from cases.logs.models import LogFinding, LogImport, LogPiece
from cases.logs.rows import Finding
from tenants.scope import scoped_to

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=40)
STALLED = timedelta(hours=1)  # without a row read or a batch stored; sorting the largest files takes minutes
MAX_FINDINGS = 20_000
_DOING = {"look": "looking", "import": "importing"}


class LostClaim(Exception):
    """Somebody stopped the import, or another worker has taken it over: end quietly."""


class Stalled(Exception):
    """Whoever works on the import lives, and has got nowhere for too long."""


@dataclass(slots=True)
class Claim:
    """An import held by one worker."""

    log: LogImport
    name: UUID

    def keep(self, **changes: Any) -> None:
        """Say that the work gets on, and save what changed, in the caller's transaction; raises LostClaim."""
        at = now()
        if not self._mine().update(claimed_until=at + LEASE, active_at=at, **changes):
            raise LostClaim(str(self.log.id))

    def prolong(self) -> None:
        """Say that whoever works on it lives, in a transaction of its own; raises LostClaim and Stalled."""
        at = now()
        with scoped_to(self.log.organization_id), transaction.atomic(durable=True):
            if self._mine().filter(active_at__gt=at - STALLED).update(claimed_until=at + LEASE):
                return
            raise (Stalled if self._mine().exists() else LostClaim)(str(self.log.id))

    def tell(self, **changes: Any) -> None:
        """As `keep`, in a transaction of its own."""
        with scoped_to(self.log.organization_id), transaction.atomic(durable=True):
            self.keep(**changes)

    def end(self, state: str, **changes: Any) -> None:
        """Let go of the import in its next state, in the caller's transaction."""
        self.keep(state=state, **changes)
        self.log.state = state
        LogImport.objects.filter(id=self.log.id).update(claimed_until=None, claimed_by=None, attempts=0)
        self.log.refresh_from_db()

    def _mine(self) -> QuerySet[LogImport]:
        return LogImport.objects.filter(id=self.log.id, claimed_by=self.name)


def due(mine: Iterable[UUID] = ()) -> tuple[UUID, UUID] | None:
    """The organization and id of an import that a worker should take beside those it works on, if there is one.

    None while another worker works on any: all that run are in one process, so that the others stay free.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM porter.due_import(%s::uuid[])", [list(mine)])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def claim(organization_id: UUID, import_id: UUID) -> Claim | None:
    """Take an import unless another worker holds it."""
    with scoped_to(organization_id), transaction.atomic(durable=True):
        log = (
            LogImport.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=now()), id=import_id)
            .first()
        )
        return take(log) if log is not None and log.is_working else None


def take(log: LogImport) -> Claim:
    """Take an import whose row is locked, in the caller's transaction."""
    log.attempts += 1
    log.state, log.error = _DOING[log.wish], ""
    log.active_at, log.claimed_by = now(), new_id()
    log.claimed_until = log.active_at + LEASE
    log.save(update_fields=["state", "claimed_until", "claimed_by", "active_at", "attempts", "error"])
    return Claim(log, log.claimed_by)


@contextmanager
def beating(held: Claim, on_stall: Callable[[], None]) -> Iterator[None]:
    """Prolong the lease from a thread of its own while the block works, however long a single step takes.

    Where the work gets nowhere for too long, `on_stall` is called from that thread, once, and the lease may end.
    """
    is_over = threading.Event()
    thread = threading.Thread(target=_beat, args=(held, is_over, on_stall), name="import-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _beat(held: Claim, is_over: threading.Event, on_stall: Callable[[], None]) -> None:
    while not is_over.wait(LEASE.total_seconds() / 4):
        try:
            held.prolong()
        except LostClaim:
            return  # the work finds out by itself, at its next batch
        except Stalled:
            logger.error("import.stalled", import_id=str(held.log.id), active_at=str(held.log.active_at))
            on_stall()
            return
        except DatabaseError as error:
            logger.warning("import.lease_not_prolonged", import_id=str(held.log.id), reason=str(error))
        finally:
            connection.close()


def keep_findings(log: LogImport, findings: Iterable[Finding], *, room: int = MAX_FINDINGS) -> None:
    """Save findings, the first twenty thousand of an import; the counts beside them know of all."""
    LogFinding.objects.bulk_create(
        LogFinding(
            organization_id=log.organization_id,
            log_id=log.id,
            line=finding.line,
            column=finding.column[:200],
            sentence=finding.sentence.replace("\x00", "\ufffd")[:500],
            outcome=finding.outcome,
        )
        for finding, _ in zip(findings, range(room), strict=False)
    )


def counted(log: LogImport, findings: list[Finding]) -> dict[str, int]:
    """The counts of an import with these findings as well. Whoever has the claim is the only one who counts."""
    refused = sum(finding.outcome == "refused" for finding in findings)
    return {"refused": log.refused + refused, "left_out": log.left_out + len(findings) - refused}


def forget_findings(log: LogImport) -> None:
    """Remove the findings of an earlier look."""
    LogFinding.objects.filter(log_id=log.id).delete()


def forget_pieces(log: LogImport) -> None:
    """Remove the file: what was in it is in the timeline now."""
    LogPiece.objects.filter(log_id=log.id).delete()

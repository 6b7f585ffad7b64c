"""How an act says what happened: the row's last columns and the event, together."""

from collections.abc import Iterable
from datetime import datetime

from casefy.clock import now
from cases.locking import Held
from cases.rows import updated
from timeline.record import Recorded, record
from timeline.registry import Fact


def save_and_say(
    held: Held, fact: Fact, *, changed: Iterable[str], reason: str = "", at: datetime | None = None
) -> Recorded:
    """Save the columns an act changed and record its fact; the case's version is the event's seq."""
    case = held.case
    case.version += 1
    case.changed_at = at or now()
    row = updated(case, [*changed, "version", "changed_at", "template_version"])
    recorded = record(fact, by=held.by, about=case, reason=reason, occurred_at=case.changed_at, writing=[row])
    if recorded.seq != case.version:
        raise RuntimeError(f"Case {case.id} is at version {case.version}, its timeline at {recorded.seq}.")
    return recorded

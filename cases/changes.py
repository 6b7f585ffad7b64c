"""What happened to a case since somebody looked at it: what a stale form shows before it asks again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from timeline.queries import Told, page

MOST = 50


class HasVersion(Protocol):
    """A case, as a row that is held or as one that was read."""

    @property
    def id(self) -> UUID:
        """Return the case's id."""
        ...

    @property
    def version(self) -> int:
        """Return the seq of its last event."""
        ...


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, from what it was when somebody looked to what it is now, both as shown."""

    key: str
    name: str
    before: str
    after: str
    by: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: who, when, and what in words."""

    seq: int
    type: str
    by: str
    by_id: UUID | None
    at: datetime
    sentence: str
    reason: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What changed between two versions of a case, oldest first, and where its fields ended up.

    Of more than fifty events only the last fifty are told; `is_whole` says whether that is all.
    """

    version: int
    happenings: tuple[Happening, ...] = ()
    fields: Mapping[str, FieldChange] | None = None
    is_whole: bool = True

    @property
    def sentence(self) -> str:
        """Return in one sentence who changed the case."""
        names = list(dict.fromkeys(each.by for each in self.happenings))
        if not names:
            return "This case has another version now."
        who = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        return f"{who} changed this case in the meantime."

    def as_details(self) -> dict[str, Any]:
        """Return it as plain JSON: `version`, `changed` (events), `fields` (by key) and `is_whole`."""
        return {
            "version": self.version,
            "changed": [
                {**asdict(each), "at": _in_utc(each.at), "by_id": str(each.by_id) if each.by_id else None}
                for each in self.happenings
            ],
            "fields": {key: asdict(change) for key, change in (self.fields or {}).items()},
            "is_whole": self.is_whole,
        }


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")  # as instants are written in every answer


def changed_since(case: HasVersion, version: int) -> Meanwhile:
    """Return what changed meanwhile to somebody who saw the case at `version`: one statement."""
    missed = case.version - version
    if missed <= 0:
        return Meanwhile(case.version)
    events = [event for event in reversed(page(case.id, limit=min(missed, MOST))) if event.seq > version]
    return Meanwhile(
        case.version, tuple(_happening(event) for event in events), _fields(events), missed <= MOST
    )


def _happening(event: Told) -> Happening:
    return Happening(
        event.seq,
        event.type,
        event.actor_label,
        event.actor_id,
        event.occurred_at,
        event.sentence,
        event.reason,
    )


def _fields(events: Sequence[Told]) -> dict[str, FieldChange]:
    """Fold the changes of each field into one; what ended as it was is no change."""
    first: dict[str, Any] = {}
    last: dict[str, FieldChange] = {}
    for event in events:
        changes = event.fact.get("changes") if event.type == "case.fields_changed" else None
        for key, change in (changes or {}).items():
            if not isinstance(change, dict):
                continue  # redacted: that it changed is said by the sentence alone
            before = first.setdefault(key, change)
            last[key] = FieldChange(
                key, change["name"], before["from_shown"], change["to_shown"], event.actor_label
            )
            if before["from"] == change["to"]:
                del last[key]
    return last

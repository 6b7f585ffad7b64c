"""Whom an event concerns: a pure question over what happened."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

# What is said of a case to its owner, when somebody else did it.
TO_OWNER: Mapping[str, str] = {
    "case.commented": "commented",
    "case.moved": "moved",
    "case.fields_changed": "changed",
    "case.held": "held",
    "case.resumed": "resumed",
    "case.closed": "closed",
    "case.cancelled": "cancelled",
    "case.reopened": "reopened",
}
FOLLOW_UP = "case.follow_up_reached"
LISTENS_TO = ("case.opened", "case.assigned", FOLLOW_UP, *TO_OWNER)


def concerned(
    type_: str,
    fact: Mapping[str, Any],
    *,
    actor: UUID | None,
    owner: UUID | None,
    team: Collection[UUID] = (),
) -> dict[UUID, str]:
    """Return the members an event concerns, each with the kind of notice; never the one who did it.

    `owner` is who has the case now, `team` who is in the team that has it, where nobody owns it. Being mentioned
    or assigned says more than owning.
    """
    if type_ == FOLLOW_UP:
        holder = [UUID(fact["held_by"])] if fact.get("held_by") else []
        return dict.fromkeys([owner] if owner else team or holder, "follow_up")
    found: dict[UUID, str] = {}
    if type_ in TO_OWNER and owner is not None:
        found[owner] = TO_OWNER[type_]
    given_to = fact.get("owner") if type_ in {"case.opened", "case.assigned"} else None
    if given_to and given_to != fact.get("from_owner"):
        found[UUID(given_to)] = "assigned"
    for member in fact.get("mentions", ()):
        found[UUID(member)] = "mentioned"
    if actor is not None:
        found.pop(actor, None)
    return found

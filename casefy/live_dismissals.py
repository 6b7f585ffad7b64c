"""Tickets that are no longer good although they have not expired: their holders left, signed out, or may hear less."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from casefy.live_ticket import LIFETIME, Ticket

# Twice, for a ticket that was judged while its holder was being dismissed.
REMEMBERED = 2 * LIFETIME.total_seconds()


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Whose tickets end: `names`, in one organization or (None) in all of them.

    Those judged after the revision `through` are new ones, and stay; so do those that hold `but`.
    """

    organization_id: UUID | None
    names: Collection[str]
    through: int | None = None
    but: str = ""

    def concerns(self, ticket: Ticket) -> bool:
        """Return whether a ticket that holds one of the names ends."""
        is_later = self.through is not None and ticket.revision > self.through
        return not is_later and self.but not in ticket.holder


class Dismissals:
    """What was dismissed lately, by name. Longer than tickets live nothing is remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID | None, str], tuple[Dismissal, float]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, dismissal: Dismissal) -> None:
        """Remember a dismissal; it takes the place of an earlier one of the same name, even if that arrives later."""
        forget_at = time.time() + REMEMBERED
        for name in dismissal.names:
            place = dismissal.organization_id, name
            known = self._known.get(place, (dismissal, 0.0))[0]
            later = known if (known.through or 0) > (dismissal.through or 0) else dismissal
            self._known[place] = later, forget_at

    def cover(self, ticket: Ticket) -> bool:
        """Return whether the ticket's holder was dismissed since it was judged."""
        places = ((where, name) for where in (ticket.organization_id, None) for name in ticket.holder)
        return any(self._known[place][0].concerns(ticket) for place in places if place in self._known)

    def forget_old(self) -> None:
        """Let go of what no ticket can be old enough for."""
        at = time.time()
        self._known = {place: known for place, known in self._known.items() if known[1] > at}

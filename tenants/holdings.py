"""What a member may still hold when they leave. Apps above register theirs; tenants imports none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from tenants.actor import Actor


class Holding(Protocol):
    """One kind of thing a member can hold, such as running cases."""

    def count(self, member_id: UUID) -> int:
        """Return how many of them the member holds. The organization is in scope."""
        ...

    def words(self, count: int) -> str:
        """Return the number in words: "3 running cases"."""
        ...

    def hand_over(self, *, by: Actor, from_member_id: UUID, to_member_id: UUID) -> int:
        """Give all of them to another member, with their events, and return how many.

        Runs inside the transaction of the deactivation, which holds the organization's row: it
        locks what it changes in the order of ids and calls no act.
        """
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """How many of one kind a member holds."""

    name: str
    count: int
    words: str


_holdings: dict[str, Holding] = {}


def register_holding(name: str, holding: Holding) -> None:
    """Make a kind of thing known that members can hold. Raises RuntimeError for a name taken."""
    if name in _holdings:
        raise RuntimeError(f"{name} is registered already")
    _holdings[name] = holding


def held_by(member_id: UUID) -> tuple[Held, ...]:
    """Return what a member still holds, kind by kind; nothing for kinds they hold none of."""
    return _counted(lambda holding: holding.count(member_id))


def hand_over(*, by: Actor, from_member_id: UUID, to_member_id: UUID) -> tuple[Held, ...]:
    """Give everything a member holds to another, and return what was given. Inside the transaction of the deactivation.

    It can differ from what `held_by` counted before: a case may have been closed while this waited for it.
    """
    return _counted(
        lambda holding: holding.hand_over(by=by, from_member_id=from_member_id, to_member_id=to_member_id)
    )


def _counted(count_of: Callable[[Holding], int]) -> tuple[Held, ...]:
    counts = ((name, holding, count_of(holding)) for name, holding in sorted(_holdings.items()))
    return tuple(Held(name, count, holding.words(count)) for name, holding, count in counts if count)


def in_words(held: tuple[Held, ...]) -> str:
    """Return what is held as one phrase: "3 running cases and 2 tasks"."""
    words = [each.words for each in held]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)

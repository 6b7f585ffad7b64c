"""The ways to a list of cases in the order of their opening: each goes along an index that is equal up to the id.

Cases of several statuses, or of a guest and their teams, stand in no index in one order. But those of one status
and one owner do: such ways are merged, each read as far as the page needs it, whatever lies beside it.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from cases.composing import NOTHING, Part, all_of
from cases.finding import STATUSES, Search
from cases.knowing import people
from tenants.actor import Actor


class Way(NamedTuple):
    """What its cases have in common. `lead` is a column of theirs that is empty: the planner has to be told so."""

    clause: Part
    lead: str = ""


def ways_of(search: Search, by: Actor) -> Sequence[Way]:
    """Return the ways to the cases asked for; none where another index holds them in order, or names them."""
    whose = _whose(search, by)
    if search.external_ref or (search.stages and not whose):  # the board's index
        return ()
    if not whose and not search.template and set(search.statuses) in (set(), set(STATUSES)):
        return ()
    return [
        Way(all_of(way.clause, Part(f"c.status = '{status}'")), way.lead)
        for way in whose or [Way(NOTHING)]
        for status in dict.fromkeys(search.statuses or STATUSES)
    ]


def _whose(search: Search, by: Actor) -> Sequence[Way]:
    owner, team = search.owner, search.team
    if not by.may("case.view"):
        return _assigned_to(by, owner)
    if owner or team:
        return [_has("c.owner_id", owner) if owner else _has("c.team_id", team)]
    nobodys = (("c.owner_id", search.is_unowned), ("c.team_id", search.is_teamless))
    return [Way(Part(f"{column} IS NULL"), column) for column, is_asked in nobodys if is_asked][:1]


def _assigned_to(by: Actor, owner: UUID | None) -> Sequence[Way]:
    if not by.may("case.view_assigned"):
        return [Way(Part("FALSE"))]
    own = _has("c.owner_id", by.member_id)
    if owner and owner == by.member_id:
        return [own]
    return [own, *(_has("c.team_id", team) for team in people(by).teams_of(by.member_id))]


def _has(column: str, whose: UUID | None) -> Way:
    return Way(Part(f"{column} = %s", (whose,)))

"""Who may see the people of an organization, and all that happened in it: one answer for the screens and the API."""

from collections.abc import Collection
from uuid import UUID

from tenants.actor import Actor
from tenants.directory import Directory, Person, TeamView, directory

#: Whoever works on all cases knows their colleagues; whoever manages people must see them.
SEE_PEOPLE = ("case.view", "member.manage", "team.manage", "role.manage", "token.manage")
#: The timeline of the organization tells of every case what its own page tells.
BROWSE = ("timeline.view", "case.view")


def may_see_people(by: Actor) -> bool:
    """Return whether the actor may see who the members are, their roles and teams."""
    return any(map(by.may, SEE_PEOPLE))


def may_browse(by: Actor) -> bool:
    """Return whether the actor may see everything that happened in the organization."""
    return all(map(by.may, BROWSE))


def people_for(by: Actor) -> Directory:
    """Return who is who. Raises Forbidden for those who see only what they were given, such as guests."""
    people = directory(by.organization_id, by.revision)
    if not may_see_people(by):
        by.require(SEE_PEOPLE[0], people.who_could)
    return people


def people_known_to(by: Actor, also: Collection[UUID | None] = ()) -> tuple[Person, ...]:
    """Return the active members whom the actor may know of, by name: everybody, where they may see people.

    Others, such as guests, know themselves, those in their teams, and whom they meet where they are (`also`).
    """
    people = directory(by.organization_id, by.revision)
    if may_see_people(by):
        return people.active_people()
    near = {by.member_id, *also}.union(*(team.member_ids for team in teams_known_to(by)))
    return tuple(person for person in people.active_people() if person.id in near)


def teams_known_to(by: Actor) -> tuple[TeamView, ...]:
    """Return the teams that can be given work of which the actor may know, by name: all, or those they are in."""
    teams = directory(by.organization_id, by.revision).active_teams()
    return teams if may_see_people(by) else tuple(team for team in teams if by.member_id in team.member_ids)


def permit_browsing(by: Actor) -> None:
    """Raise Forbidden, with what is missing, unless the actor may see everything that happened."""
    for permission in BROWSE:
        by.require(permission, directory(by.organization_id, by.revision).who_could)

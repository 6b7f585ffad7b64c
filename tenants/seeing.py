"""Who may see the people of an organization, and all that happened in it: one answer for the screens and the API."""

from tenants.actor import Actor
from tenants.directory import Directory, directory

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


def permit_browsing(by: Actor) -> None:
    """Raise Forbidden, with what is missing, unless the actor may see everything that happened."""
    for permission in BROWSE:
        by.require(permission, directory(by.organization_id, by.revision).who_could)

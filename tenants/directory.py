"""Who is who in an organization: names, roles and teams, from memory.

Read once per process and revision of the organization's configuration, so that no page pays a
query to show a name. Every act that changes members, roles or teams bumps the revision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from tenants.models import Member, Organization, Role, Team, TeamMember
from tenants.permissions import WORKS_ON_CASES, described


@dataclass(frozen=True, slots=True)
class Person:
    """A member as others see them."""

    id: UUID
    name: str
    email: str
    role_id: UUID
    is_active: bool
    version: int = 1

    @property
    def initials(self) -> str:
        """Return one or two letters for an avatar."""
        words = [word for word in self.name.split() if word]
        letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else "") if words else "?"
        return letters.upper()


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role as others see it."""

    id: UUID
    key: str
    name: str
    permissions: frozenset[str]
    is_built_in: bool
    version: int = 1

    @property
    def description(self) -> str:
        """Return in a sentence what the role lets its members do."""
        return described(self.key if self.is_built_in else "", self.permissions)


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team and who is in it."""

    id: UUID
    name: str
    member_ids: frozenset[UUID]
    is_archived: bool
    version: int = 1


@dataclass(frozen=True, slots=True)
class Directory:
    """The people of one organization at one revision."""

    people: Mapping[UUID, Person]
    roles: Mapping[UUID, RoleView]
    teams: Mapping[UUID, TeamView]
    #: Names of all members ever, and who is active, by id as text: what field values are checked against.
    names: Mapping[str, str]
    active: frozenset[str]
    time_zone: str = "UTC"

    def active_people(self) -> tuple[Person, ...]:
        """Return the members who are here, by name."""
        return tuple(sorted((p for p in self.people.values() if p.is_active), key=lambda p: p.name.lower()))

    def can_be_given_work(self, person: Person) -> bool:
        """Return whether a member can be an owner of cases: active, in a role that lets them do more than look on."""
        return person.is_active and bool(self.roles[person.role_id].permissions & WORKS_ON_CASES)

    def active_teams(self) -> tuple[TeamView, ...]:
        """Return the teams that can be given work, by name."""
        return tuple(
            sorted((t for t in self.teams.values() if not t.is_archived), key=lambda t: t.name.lower())
        )

    def teams_of(self, member_id: UUID | None) -> tuple[UUID, ...]:
        """Return the ids of the teams a member is in."""
        return tuple(team.id for team in self.teams.values() if member_id in team.member_ids)

    def who_could(self, permission: str) -> str:
        """Return a sentence about who has a permission: the roles, and up to three people by name."""
        able = {role.id: role for role in self.roles.values() if permission in role.permissions}
        names = [person.name for person in self.active_people() if person.role_id in able]
        if not names:
            return "Nobody here can; an owner can change that in the roles."
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        return f"{shown} can ({', '.join(sorted(role.name for role in able.values()))})."


_PERSON = ("id", "name", "email", "role_id", "is_active", "version")


@lru_cache(maxsize=64)
def directory(organization_id: UUID, revision: int) -> Directory:  # noqa: ARG001  part of the cache's key
    """Return the people of the organization in scope. Costs five queries once per revision and process."""
    # Versions before who is in a team: what is seen is never older than the version it goes by.
    teams = list(Team.objects.values_list("id", "name", "is_archived", "version"))
    members_of: dict[UUID, set[UUID]] = {}
    for team_id, member_id in TeamMember.objects.values_list("team_id", "member_id"):
        members_of.setdefault(team_id, set()).add(member_id)
    people = {row[0]: Person(*row) for row in Member.objects.values_list(*_PERSON)}
    roles = Role.objects.values_list("id", "key", "name", "permissions", "is_built_in", "version")
    return Directory(
        people=people,
        roles={row[0]: RoleView(row[0], row[1], row[2], frozenset(row[3]), *row[4:]) for row in roles},
        teams={
            row[0]: TeamView(row[0], row[1], frozenset(members_of.get(row[0], ())), *row[2:]) for row in teams
        },
        names={str(person.id): person.name for person in people.values()},
        active=frozenset(str(person.id) for person in people.values() if person.is_active),
        time_zone=Organization.objects.values_list("time_zone", flat=True).get(id=organization_id),
    )

"""Who has a case: a member, a team, both or nobody, checked and in words."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from casefy.errors import Invalid
from cases.knowing import people
from tenants.actor import Actor

_STAYS = """
SELECT is_active FROM tenants_member
 WHERE organization_id = current_setting('casefy.organization')::uuid AND id = %s FOR SHARE
"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """An owner and a team, with their names as of now."""

    owner: UUID | None = None
    owner_name: str = ""
    team: UUID | None = None
    team_name: str = ""

    @property
    def words(self) -> str:
        """Return the assignment as a sentence's end: "Ana Moreno and the team Finance"."""
        names = [self.owner_name] if self.owner else []
        if self.team:
            names.append(f"the team {self.team_name}")
        return " and ".join(names) or "nobody"


def assignment(by: Actor, owner: UUID | None, team: UUID | None, *, before: UUID | None = None) -> Assignment:
    """Return a checked assignment. Raises Invalid for members and teams that cannot be given work.

    Whoever was not the owner `before` is held until the act ends: who leaves meanwhile either finds this
    case among what they hold, or is not given it.
    """
    who = people(by)
    person = who.people.get(owner) if owner else None
    if owner and (person is None or not person.is_active or (owner != before and not _stays(owner))):
        raise Invalid("This member cannot be given work.", fields={"owner": "Choose an active member."})
    group = who.teams.get(team) if team else None
    if team and (group is None or group.is_archived):
        raise Invalid("This team cannot be given work.", fields={"team": "Choose one of the teams."})
    return Assignment(owner, person.name if person else "", team, group.name if group else "")


def _stays(member: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, [member])
        row = cursor.fetchone()
    return bool(row and row[0])

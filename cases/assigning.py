"""Who has a case: a member, a team, both or nobody, checked and in words."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from casefy.errors import Invalid
from cases.knowing import people
from tenants.actor import Actor

_STAY = "SELECT FROM tenants_member WHERE organization_id = %s AND id = %s FOR SHARE"


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


def assignment(by: Actor, owner: UUID | None, team: UUID | None, has_it: UUID | None = None) -> Assignment:
    """Return a checked assignment. Raises Invalid for members and teams that cannot be given work.

    Whoever has the case (`has_it`) may keep it, also in a role that has come to only look on.
    """
    who = people(by)
    person = who.people.get(owner) if owner else None
    if owner and (person is None or not person.is_active):
        raise Invalid("This member cannot be given work.", fields={"owner": "Choose an active member."})
    if person and owner != has_it and not who.can_be_given_work(person):
        role = who.roles[person.role_id].name
        sentence = f"{person.name} cannot be given work: the role {role} does not let them work on cases."
        raise Invalid(
            sentence, fields={"owner": f"{sentence} Choose somebody else, or change their role first."}
        )
    group = who.teams.get(team) if team else None
    if team and (group is None or group.is_archived):
        raise Invalid("This team cannot be given work.", fields={"team": "Choose one of the teams."})
    return Assignment(owner, person.name if person else "", team, group.name if group else "")


def keep_here(organization_id: UUID, member: UUID) -> None:
    """Have a member who is to be given work stay as they are until the act ends.

    Before anything else is locked, in the order of whoever lets members go: who leaves meanwhile either finds this
    case among what they hold, or is not given it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAY, [organization_id, member])

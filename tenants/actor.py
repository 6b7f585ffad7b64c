"""Who is acting: a member, a token, an outsider, a rule, an agent, or CaseFy itself."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, Self
from uuid import UUID

from casefy.errors import Forbidden
from casefy.ids import new_id
from tenants.permissions import PERMISSIONS

ActorKind = Literal["member", "token", "participant", "rule", "agent", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts in one organization, with what they may do and why they do it now.

    `revision` is the organization's configuration as the actor found it; caches are keyed by it.
    `caused_by` is the event an automatic act answers, `depth` how many such answers lie before it.
    """

    organization_id: UUID
    kind: ActorKind
    label: str
    id: UUID | None = None
    permissions: frozenset[str] = frozenset()
    member_id: UUID | None = None
    revision: int = 0
    on_behalf_of: UUID | None = None
    caused_by: UUID | None = None
    correlation_id: UUID = field(default_factory=new_id)
    depth: int = 0

    def may(self, permission: str) -> bool:
        """Return whether the actor has the named permission."""
        return permission in self.permissions

    def require(self, permission: str, who_could: Callable[[str], str] | None = None) -> None:
        """Raise Forbidden, with what is missing and who could, unless the actor may do this.

        `who_could` gives a sentence for a permission, such as "Owners and designers can."
        """
        if permission not in PERMISSIONS:
            raise KeyError(f"{permission} is not a permission; see tenants/permissions.py")
        if permission in self.permissions:
            return
        help_ = who_could(permission) if who_could else ""
        raise Forbidden(
            f"You may not {PERMISSIONS[permission]}. {help_}".strip(),
            code="forbidden",
            details={"permission": permission, "who_could": help_},
        )

    def answering(self, event_id: UUID) -> Self:
        """Return the same actor, acting because of an event."""
        return replace(self, caused_by=event_id, depth=self.depth + 1)


def system_actor(organization_id: UUID, label: str = "CaseFy") -> Actor:
    """Return CaseFy itself, which may do everything in an organization, and is named when it does."""
    return Actor(organization_id, "system", label, permissions=frozenset(PERMISSIONS))

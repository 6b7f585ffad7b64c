"""What can happen to an organization and its people. Names and addresses are personal: they can be erased."""

from typing import Any

from timeline.registry import Fact, fact


@fact("organization.created", sentence="created the organization {name}", tone="good", icon="building-2")
class OrganizationCreated(Fact):
    """An organization began, with its built-in roles."""

    name: str
    slug: str
    time_zone: str
    locale: str


@fact("organization.changed", sentence="changed {summary}", tone="edit", icon="settings")
class OrganizationChanged(Fact):
    """Settings changed: `before` and `after` hold the ones that did."""

    summary: str
    before: dict[str, Any]
    after: dict[str, Any]


@fact("member.invited", sentence="invited {email} as {role_name}", icon="mail-plus", personal=("email",))
class MemberInvited(Fact):
    """A place was offered by mail, until `expires_at`. A new invitation replaces one to the same address."""

    invitation: str
    email: str
    role: str
    role_name: str
    expires_at: str
    replaces: str | None = None


@fact(
    "member.invitation_revoked",
    sentence="took back the invitation of {email}",
    tone="warn",
    icon="mail-x",
    personal=("email",),
)
class InvitationRevoked(Fact):
    """An offered place was taken back: its link no longer works."""

    invitation: str
    email: str
    role_name: str


@fact(
    "member.joined",
    sentence="joined as {role_name}",
    tone="good",
    icon="user-plus",
    personal=("name", "email"),
)
class MemberJoined(Fact):
    """Somebody took a place: the founder, or one who was invited. `again` after a deactivation."""

    member: str
    name: str
    email: str
    role: str
    role_name: str
    invitation: str | None = None
    again: bool = False


@fact(
    "member.role_changed",
    sentence="changed the role of {name} from {from_name} to {to_name}",
    tone="edit",
    icon="user-cog",
    personal=("name",),
    dismisses=("member",),
)
class MemberRoleChanged(Fact):
    """A member has another role."""

    member: str
    name: str
    from_role: str
    from_name: str
    to_role: str
    to_name: str


@fact(
    "member.renamed",
    sentence="renamed {before} to {after}",
    tone="edit",
    icon="user-pen",
    personal=("before", "after"),
)
class MemberRenamed(Fact):
    """A member goes by another name."""

    member: str
    before: str
    after: str


@fact(
    "member.email_changed",
    sentence="changed their address from {before} to {after}",
    tone="edit",
    icon="at-sign",
    personal=("name", "before", "after"),
)
class MemberEmailChanged(Fact):
    """A member logs in with another address, which they have confirmed."""

    member: str
    name: str
    before: str
    after: str


@fact(
    "member.deactivated",
    sentence="deactivated {name}{handed_over_words}",
    tone="warn",
    icon="user-x",
    personal=("name", "handed_over_to_name", "handed_over_words"),
    dismisses=("member",),
)
class MemberDeactivated(Fact):
    """A member may no longer enter. What they held was handed over, their tokens were revoked."""

    member: str
    name: str
    held: dict[str, int]
    handed_over_to: str | None
    handed_over_to_name: str
    handed_over_words: str
    revoked_tokens: list[str]


@fact("member.reactivated", sentence="reactivated {name}", tone="good", icon="user-check", personal=("name",))
class MemberReactivated(Fact):
    """A member may enter again, in the role they had."""

    member: str
    name: str
    role: str
    role_name: str


@fact("role.created", sentence="made the role {name}", tone="good", icon="shield-plus")
class RoleCreated(Fact):
    """There is a new role."""

    role: str
    key: str
    name: str
    permissions: list[str]


@fact(
    "role.changed",
    sentence="changed the role {name}: {summary}",
    tone="edit",
    icon="shield",
    dismisses=("role",),
)
class RoleChanged(Fact):
    """A role's name or permissions changed; whoever has it may do something else from now on."""

    role: str
    name: str
    summary: str
    before: dict[str, Any]
    after: dict[str, Any]


@fact(
    "role.deleted",
    sentence="deleted the role {name}{moved_words}",
    tone="warn",
    icon="shield-x",
    dismisses=("role",),
)
class RoleDeleted(Fact):
    """A role is gone; its members have the role `destination` now."""

    role: str
    key: str
    name: str
    permissions: list[str]
    destination: str | None
    destination_name: str
    members: list[str]
    moved_words: str


@fact("team.created", sentence="made the team {name}", tone="good", icon="users")
class TeamCreated(Fact):
    """There is a new team."""

    team: str
    name: str


@fact("team.renamed", sentence="renamed the team {before} to {after}", tone="edit", icon="users")
class TeamRenamed(Fact):
    """A team goes by another name."""

    team: str
    before: str
    after: str


@fact("team.archived", sentence="archived the team {name}", tone="warn", icon="archive")
class TeamArchived(Fact):
    """A team takes no new work."""

    team: str
    name: str


@fact("team.restored", sentence="restored the team {name}", tone="good", icon="archive-restore")
class TeamRestored(Fact):
    """An archived team takes work again."""

    team: str
    name: str


@fact(
    "team.member_added",
    sentence="added {name} to {team_name}",
    icon="user-plus",
    personal=("name",),
    dismisses=("member",),
)
class TeamMemberAdded(Fact):
    """Somebody is in a team now."""

    team: str
    team_name: str
    member: str
    name: str


@fact(
    "team.member_removed",
    sentence="took {name} out of {team_name}",
    icon="user-minus",
    personal=("name",),
    dismisses=("member",),
)
class TeamMemberRemoved(Fact):
    """Somebody is no longer in a team."""

    team: str
    team_name: str
    member: str
    name: str


@fact(
    "token.created",
    sentence="made the API token {name} for {member_name}",
    icon="key-round",
    personal=("member_name",),
)
class TokenCreated(Fact):
    """There is a new key for the API. No `scopes` means: whatever the member may do."""

    token: str
    name: str
    prefix: str
    member: str
    member_name: str
    scopes: list[str]
    expires_at: str | None


@fact(
    "token.revoked",
    sentence="revoked the API token {name} of {member_name}",
    tone="warn",
    icon="key-round",
    personal=("member_name",),
)
class TokenRevoked(Fact):
    """A key for the API works no longer."""

    token: str
    name: str
    member: str
    member_name: str

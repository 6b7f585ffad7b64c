"""Every permission by name, in a sentence, and the roles an organization starts with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {
        "organization.manage": "change the organization's name, time zone and locale",
        "member.manage": "invite, deactivate and change members",
        "role.manage": "make and change roles",
        "team.manage": "make and change teams",
        "token.manage": "make and revoke API tokens of every member",
        "template.view": "see templates",
        "template.edit": "change the drafts of templates",
        "template.publish": "publish and retire templates",
        "case.view": "see every case",
        "case.view_assigned": "see the cases assigned to them or their teams",
        "case.open": "open cases",
        "case.edit": "change the fields of a case",
        "case.move": "move cases between stages",
        "case.assign": "assign cases to members and teams",
        "case.hold": "put cases on hold and resume them",
        "case.close": "close cases",
        "case.cancel": "cancel cases",
        "case.reopen": "reopen closed and cancelled cases",
        "case.comment": "comment on cases",
        "case.import": "import event logs",
        "case.export": "export event logs",
        "timeline.view": "browse the timeline of the whole organization",
        "outbox.manage": "see deliveries that failed, and try them again",
    }
)

_WORK = (
    "template.view",
    "case.view",
    "case.open",
    "case.edit",
    "case.move",
    "case.assign",
    "case.hold",
    "case.close",
    "case.cancel",
    "case.reopen",
    "case.comment",
    "case.export",
)


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A role every organization has from the start and nobody can change."""

    key: str
    name: str
    description: str
    permissions: tuple[str, ...]


BUILT_IN_ROLES: tuple[BuiltInRole, ...] = (
    BuiltInRole("owner", "Owner", "Does everything, and says who may do what.", tuple(PERMISSIONS)),
    BuiltInRole(
        "designer",
        "Designer",
        "Works on every case, makes and publishes templates, imports histories, and browses the whole timeline.",
        (*_WORK, "template.edit", "template.publish", "case.import", "timeline.view"),
    ),
    BuiltInRole(
        "case_worker",
        "Case worker",
        "Opens, changes, moves and ends every case; changes neither templates nor settings.",
        _WORK,
    ),
    BuiltInRole(
        "auditor",
        "Auditor",
        "Sees every case, template and event, and changes nothing.",
        ("template.view", "case.view", "case.export", "timeline.view"),
    ),
    BuiltInRole(
        "guest",
        "Guest",
        "Sees only the cases given to them or their teams, and comments on these.",
        ("case.view_assigned", "case.comment"),
    ),
)

#: What makes a member somebody who can be given work: any of these. Whoever only looks on cannot.
WORKS_ON_CASES = frozenset(
    f"case.{act}" for act in ("edit", "move", "assign", "hold", "close", "cancel", "reopen", "comment")
)

_DESCRIBED = {role.key: role.description for role in BUILT_IN_ROLES}
_TOLD = 3  # permissions that a role of one's own is described by


def described(key: str, permissions: Collection[str]) -> str:
    """Return in a sentence what a role lets its members do; of a role of one's own, its first permissions."""
    if key in _DESCRIBED:
        return _DESCRIBED[key]
    held = [sentence for name, sentence in PERMISSIONS.items() if name in permissions]
    if not held:
        return "Lets nobody do anything yet."
    more = f", and {len(held) - _TOLD} more" if len(held) > _TOLD else ""
    return f"May {'; '.join(held[:_TOLD])}{more}."

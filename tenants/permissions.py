"""Every permission by name, in a sentence, and the roles an organization starts with."""

from collections.abc import Mapping
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
    permissions: tuple[str, ...]


BUILT_IN_ROLES: tuple[BuiltInRole, ...] = (
    BuiltInRole("owner", "Owner", tuple(PERMISSIONS)),
    BuiltInRole(
        "designer",
        "Designer",
        (*_WORK, "template.edit", "template.publish", "case.import", "timeline.view"),
    ),
    BuiltInRole("case_worker", "Case worker", _WORK),
    BuiltInRole("auditor", "Auditor", ("template.view", "case.view", "case.export", "timeline.view")),
    BuiltInRole("guest", "Guest", ("case.view_assigned", "case.comment")),
)

"""Things as JSON: plain functions over what questions and acts return. `documented_shapes` says the same."""

from typing import Any
from uuid import UUID

from cases.machine import PossibleMove
from cases.models import Case
from cases.queries import CaseRow
from templates_app.catalogue import Catalogue, catalogue
from templates_app.models import Template
from templates_app.queries import Design
from templates_app.serialize import to_json
from tenants.directory import Person, RoleView, TeamView
from tenants.entering import Entry
from tenants.models import Invitation, Token


def case_shape(case: Case | CaseRow, known: Catalogue) -> dict[str, Any]:
    """A case. `values` holds the stored values by field key."""
    return {
        "id": case.id,
        "number": case.number,
        "title": case.title,
        "template": known.template(case.template_id).key,
        "status": case.status,
        "stage": case.stage,
        "owner": case.owner_id,
        "team": case.team_id,
        "values": case.data,
        "version": case.version,
        "opened_at": case.opened_at,
        "changed_at": case.changed_at,
        "stage_entered_at": case.stage_entered_at,
        "stage_seconds": case.stage_seconds,
        "hold_until": case.hold_until,
        "hold_reason": case.hold_reason,
        "outcome": case.outcome,
        "closed_at": case.closed_at,
        "external_ref": case.external_ref,
    }


def changed_case_shape(case: Case) -> dict[str, Any]:
    """A case as an act left it."""
    return case_shape(case, catalogue(case.organization_id, case.revision))


def move_shape(move: PossibleMove) -> dict[str, Any]:
    """A move that is possible, or why it is not."""
    return {
        "to": move.stage.key,
        "name": move.stage.name,
        "kind": move.kind,
        "is_allowed": move.is_allowed,
        "why_not": move.why_not,
        "needs_reason": move.needs_reason,
        "missing": [field.key for field in move.missing],
    }


def template_shape(template: Template) -> dict[str, Any]:
    """A template, without its definition. `published` is read with it, or costs a statement."""
    return {
        "id": template.id,
        "key": template.key,
        "name": template.name,
        "description": template.description,
        "icon": template.icon,
        "color": template.color,
        "state": template.state,
        "version": template.version,
        "published_version": template.published.number if template.published else None,
        "has_draft": template.draft_id is not None,
    }


def whole_template_shape(shown: Design) -> dict[str, Any]:
    """A template with the definition its designer sees and what is wrong with it."""
    problems = [{"path": p.path, "message": p.message, "severity": p.severity} for p in shown.problems]
    return template_shape(shown.template) | {"definition": to_json(shown.definition), "problems": problems}


def organization_shape(entry: Entry) -> dict[str, Any]:
    """The organization somebody came into."""
    return {
        "id": entry.organization_id,
        "slug": entry.slug,
        "name": entry.organization_name,
        "time_zone": entry.time_zone,
        "locale": entry.locale,
        "revision": entry.revision,
    }


def person_shape(person: Person, role_key: str) -> dict[str, Any]:
    """A member."""
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role_id": person.role_id,
        "role": role_key,
        "is_active": person.is_active,
        "version": person.version,
    }


def role_shape(role: RoleView) -> dict[str, Any]:
    """A role."""
    return {
        "id": role.id,
        "key": role.key,
        "name": role.name,
        "permissions": sorted(role.permissions),
        "is_built_in": role.is_built_in,
        "version": role.version,
    }


def team_shape(team: TeamView) -> dict[str, Any]:
    """A team and who is in it."""
    return {
        "id": team.id,
        "name": team.name,
        "member_ids": sorted(team.member_ids),
        "is_archived": team.is_archived,
        "version": team.version,
    }


def token_shape(token: Token) -> dict[str, Any]:
    """A token, never its secret."""
    return {
        "id": token.id,
        "name": token.name,
        "member_id": token.member_id,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }


def invitation_shape(invitation: Invitation) -> dict[str, Any]:
    """An invitation, never its secret."""
    return {
        "id": invitation.id,
        "email": invitation.email,
        "role_id": invitation.role_id,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
        "accepted_at": invitation.accepted_at,
        "revoked_at": invitation.revoked_at,
    }


def as_id(text: str) -> UUID | None:
    """Return the UUID a text spells in the usual form, or None."""
    if len(text) != 36:
        return None
    try:
        return UUID(text)
    except ValueError:
        return None

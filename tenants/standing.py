"""What somebody who asked for something a while ago may do today: work that takes long is judged anew as it goes."""

from dataclasses import replace

from django.db import connection

from casefy.errors import Missing
from tenants.actor import Actor
from tenants.permissions import PERMISSIONS

_TODAY = """
SELECT o.revision, m.is_active, r.permissions, t.scopes,
       t.id IS NOT NULL AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
  FROM tenants_organization o
  LEFT JOIN tenants_member m ON m.organization_id = o.id AND m.id = %s
  LEFT JOIN tenants_role r ON r.organization_id = m.organization_id AND r.id = m.role_id
  LEFT JOIN tenants_token t ON t.organization_id = m.organization_id AND t.member_id = m.id AND t.id = %s
 WHERE o.id = %s
"""


def as_of_now(by: Actor) -> Actor:
    """Return the actor with today's permissions and the organization's present revision: one statement, in its scope.

    A member who was deactivated, or whose token was revoked or has expired, may do nothing any more. CaseFy itself
    may do everything. Raises Missing where there is no such organization.
    """
    token_id = by.id if by.kind == "token" else None
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, [by.member_id, token_id, by.organization_id])
        row = cursor.fetchone()
    if row is None:
        raise Missing("There is no such organization.")
    revision, is_active, permissions, scopes, token_works = row
    if by.kind == "system":
        return replace(by, revision=revision, permissions=frozenset(PERMISSIONS))
    allowed = frozenset(permissions or ()) if is_active else frozenset()
    if by.kind == "token":
        allowed = (allowed & frozenset(scopes) if scopes else allowed) if token_works else frozenset()
    return replace(by, revision=revision, permissions=allowed)

"""What happens to members: another role, another name, leaving and coming back."""

from uuid import UUID

from django.utils.timezone import now

from casefy.errors import Conflict, Forbidden, Invalid
from tenants import holdings
from tenants.actions.configuring import configuring, permit, permit_granting, the, the_seen
from tenants.actor import Actor
from tenants.events import (
    MemberDeactivated,
    MemberEmailChanged,
    MemberReactivated,
    MemberRenamed,
    MemberRoleChanged,
)
from tenants.models import Member, Organization, Role, Token
from tenants.permissions import WORKS_ON_CASES
from tenants.words import clean_name
from timeline.record import record


def change_member_role(
    *, by: Actor, member_id: UUID, role_id: UUID, expected_version: int | None = None
) -> Member:
    """Give a member another role.

    Raises Forbidden without member.manage, and where the old or the new role may do what the
    actor may not; Conflict for the last owner, and for a member changed since `expected_version`.
    """
    with configuring(by) as (by, organization):
        permit(by, "member.manage", organization)
        member = the_seen(Member, member_id, "member", expected_version, beside="role")
        old, new = member.role, the(Role, role_id, "role", hold=False, field="role_id")
        if old.id == new.id:
            return member
        permit_granting(by, frozenset(old.permissions) | frozenset(new.permissions))
        _keep_an_owner(member, "Make somebody else an owner first.")
        member.role = new
        member.save_counted("role")
        fact = MemberRoleChanged(
            member=str(member.id),
            name=member.name,
            from_role=str(old.id),
            from_name=old.name,
            to_role=str(new.id),
            to_name=new.name,
        )
        record(fact, by=by, about=organization)
    return member


def rename_member(*, by: Actor, member_id: UUID, name: str, expected_version: int | None = None) -> Member:
    """Give a member another name. Everybody may rename themselves; others, and tokens, need member.manage."""
    with configuring(by) as (by, organization):
        if member_id != by.member_id or by.kind != "member":
            permit(by, "member.manage", organization)
        member = the_seen(Member, member_id, "member", expected_version, beside="role")
        before, after = member.name, clean_name(name)
        if before != after:
            member.name = after
            member.save_counted("name")
            fact = MemberRenamed(member=str(member.id), before=before, after=after)
            record(fact, by=by, about=organization)
    return member


def adopt_email(*, by: Actor) -> Member:
    """Show a member with the address they log in with now; it was confirmed before."""
    member_id = by.member_id
    if member_id is None or by.kind != "member":
        raise Forbidden("Only members have an address.", code="no_member")
    with configuring(by) as (by, organization):
        member = the(Member, member_id, "member", beside="role")
        before, after = member.email, member.user.email
        if before != after:
            member.email = after
            member.save_counted("email")
            fact = MemberEmailChanged(member=str(member.id), name=member.name, before=before, after=after)
            record(fact, by=by, about=organization)
    return member


def deactivate_member(
    *, by: Actor, member_id: UUID, hand_over_to: UUID | None = None, expected_version: int | None = None
) -> Member:
    """Close the door to a member. What they hold is handed over first; their tokens are revoked.

    Raises Conflict for the last owner, and, with `details["held"]`, where they still hold
    something and nobody is named to take it; Invalid for somebody who cannot take it.
    """
    with configuring(by) as (by, organization):
        permit(by, "member.manage", organization)
        member = the_seen(Member, member_id, "member", expected_version, beside="role")
        permit_granting(by, frozenset(member.role.permissions))
        if not member.is_active:
            raise Conflict(f"{member.name} is deactivated already.", code="inactive")
        _keep_an_owner(member, "Make somebody else an owner first.")
        successor, handed = _hand_over(by, member, hand_over_to)
        revoked = _revoke_tokens(member)
        member.is_active, member.deactivated_at = False, now()
        member.save_counted("is_active", "deactivated_at")
        _say_deactivated(by, organization, member, handed, successor, revoked)
    return member


def reactivate_member(*, by: Actor, member_id: UUID, expected_version: int | None = None) -> Member:
    """Let a member in again, in the role they had. Raises Forbidden for a role above the actor's."""
    with configuring(by) as (by, organization):
        permit(by, "member.manage", organization)
        member = the_seen(Member, member_id, "member", expected_version, beside="role")
        permit_granting(by, frozenset(member.role.permissions))
        if member.is_active:
            raise Conflict(f"{member.name} is active already.", code="active")
        member.is_active, member.deactivated_at = True, None
        member.save_counted("is_active", "deactivated_at")
        fact = MemberReactivated(
            member=str(member.id), name=member.name, role=str(member.role_id), role_name=member.role.name
        )
        record(fact, by=by, about=organization)
    return member


def _keep_an_owner(member: Member, remedy: str) -> None:
    # The organization's row is locked: two owners cannot step down at once.
    if member.role.key != "owner" or not member.is_active:
        return
    others = Member.objects.filter(role=member.role, is_active=True).exclude(id=member.id)
    if not others.exists():
        raise Conflict(f"{member.name} is the last owner. {remedy}", code="last_owner")


def _hand_over(
    by: Actor, member: Member, hand_over_to: UUID | None
) -> tuple[Member | None, tuple[holdings.Held, ...]]:
    held = holdings.held_by(member.id)
    if not held:
        return None, ()
    if hand_over_to is None:
        words = holdings.in_words(held)
        sentence = f"{member.name} still holds {words}. Choose who takes over."
        raise Conflict(
            sentence, code="still_holds", fields={"hand_over_to": sentence}, details={"held": words}
        )
    others = Member.objects.select_related("role").filter(is_active=True).exclude(id=member.id)
    successor = others.filter(id=hand_over_to).first()
    if successor is None or not WORKS_ON_CASES & set(successor.role.permissions):
        sentence = "Choose another member who is active and may work on cases."
        raise Invalid(sentence, fields={"hand_over_to": sentence})
    handed = holdings.hand_over(by=by, from_member_id=member.id, to_member_id=successor.id)
    return (successor, handed) if handed else (None, ())


def _revoke_tokens(member: Member) -> list[UUID]:
    tokens = Token.objects.filter(member=member, revoked_at=None)
    ids = list(tokens.values_list("id", flat=True))
    tokens.update(revoked_at=now())
    return ids


def _say_deactivated(
    by: Actor,
    organization: Organization,
    member: Member,
    handed: tuple[holdings.Held, ...],
    successor: Member | None,
    revoked: list[UUID],
) -> None:
    words = f" and handed {holdings.in_words(handed)} over to {successor.name}" if successor else ""
    fact = MemberDeactivated(
        member=str(member.id),
        name=member.name,
        held={each.name: each.count for each in handed},
        handed_over_to=str(successor.id) if successor else None,
        handed_over_to_name=successor.name if successor else "",
        handed_over_words=words,
        revoked_tokens=[str(id_) for id_ in revoked],
    )
    record(fact, by=by, about=organization)

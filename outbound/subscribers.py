"""What is planned when something happened: rows only, in the relay's transaction, so each exactly once."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from casefy.announce import announce
from casefy.doorbell import ring
from cases.models import Case
from outbound.models import Mail, Notice
from outbound.noticing import FOLLOW_UP, LISTENS_TO, concerned
from outbound.unread import forget_count
from tenants.models import Member, Organization, TeamMember
from timeline.queries import Told
from timeline.registry import subscriber

SEND_MAIL = "automations.tasks.send_mail"


@subscriber("mail", to=("member.invited", "member.invitation_revoked"))
def plan_mail(event: Told) -> None:
    """Plan the mail to somebody who was invited; drop it where the offer is taken back before it was sent."""
    invitation = event.fact["invitation"]
    if event.type == "member.invitation_revoked":
        Mail.objects.filter(kind="invitation", about__invitation=invitation, sent_at=None).delete()
        return
    organization = Organization.objects.get(id=event.organization_id)
    about = {
        "invitation": invitation,
        "organization": organization.name,
        "role": event.fact["role_name"],
        "by": event.actor_label,
        "expires_at": event.fact["expires_at"],
    }
    Mail.objects.create(
        organization_id=event.organization_id,
        kind="invitation",
        to=event.fact["email"],
        subject=f"{event.actor_label} invites you to {organization.name}"[:200],
        about=about,
        event_id=event.id,
    )
    transaction.on_commit(partial(ring, SEND_MAIL), robust=True)


@subscriber("notices", to=LISTENS_TO)
def lay_into_inboxes(event: Told) -> None:
    """Lay a notice into the inbox of every member the event concerns, and who may see the case."""
    if event.is_erased or event.is_imported:
        return
    case = Case.objects.filter(id=event.stream_id).values_list("owner_id", "team_id", "hold_until").first()
    owner, team, until = case or (None, None, None)
    actor, members = event.on_behalf_of or event.actor_id, []
    if event.type == FOLLOW_UP:
        if until is None or until.isoformat() != event.fact["until"]:
            return  # taken up again, or held until another day, since it was said
        members = _members_of(team) if team and not owner else []
    kinds = concerned(event.type, event.fact, actor=actor, owner=owner, team=members)
    if not kinds:
        return
    notices = [_notice(event, member_id, kinds[member_id]) for member_id in _who_see(kinds, owner, team)]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    for notice in notices:
        transaction.on_commit(partial(_tell, event.organization_id, notice.member_id), robust=True)


def _who_see(members: Collection[UUID], owner: UUID | None, team: UUID | None) -> list[UUID]:
    """Return those of the members who are here and may see the case: a guest can be named in any."""
    rows = Member.objects.filter(id__in=members, is_active=True).values_list("id", "role__permissions")
    return [
        id_
        for id_, permissions in rows
        if "case.view" in permissions
        or ("case.view_assigned" in permissions and (id_ == owner or _is_in(team, id_)))
    ]


def _members_of(team: UUID) -> list[UUID]:
    here = TeamMember.objects.filter(team_id=team, member__is_active=True)
    return list(here.values_list("member_id", flat=True))


def _is_in(team: UUID | None, member: UUID) -> bool:
    return team is not None and TeamMember.objects.filter(team_id=team, member_id=member).exists()


def _notice(event: Told, member_id: UUID, kind: str) -> Notice:
    return Notice(
        organization_id=event.organization_id,
        member_id=member_id,
        kind=kind,
        event_id=event.id,
        case_id=event.stream_id,
        created_at=now(),
    )


def _tell(organization_id: UUID, member_id: UUID) -> None:
    forget_count(organization_id, member_id)
    announce(organization_id, {"topics": [f"inbox:{member_id}"], "to": [f"member:{member_id}"]})

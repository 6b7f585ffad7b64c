"""Members, and the invitations by which they come."""

from uuid import UUID

from api.answers import Answer, older_page, page
from api.documented import LIMIT, LOCATION, before, documented, guarded, seen
from api.documented_people import HoldingsShape, InvitationShape, InvitationsShape, MemberShape, MembersShape
from api.door import Call, Door
from api.inputs import Id, Input, Nothing, Text
from api.parameters import read_before, read_limit, read_parameters
from api.shapes import invitation_shape, person_shape
from api.views.knowing import known
from casefy.errors import Missing
from casefy.paging import newest_first
from tenants.actions.invitations import invite_member, revoke_invitation
from tenants.actions.members import change_member_role, deactivate_member, reactivate_member, rename_member
from tenants.directory import directory
from tenants.holdings import held_by
from tenants.models import Invitation, Member


def member_answer(member: Member) -> Answer:
    """Return a member as an act left them."""
    shape = {
        "id": member.id,
        "name": member.name,
        "email": member.email,
        "role_id": member.role_id,
        "role": member.role.key,
        "is_active": member.is_active,
        "version": member.version,
    }
    return Answer(shape, version=member.version)


class Members(Door):
    """The members."""

    @documented("members_list", "List members", gives=MembersShape, tag="members")
    def get(self, call: Call) -> Answer:
        """Everybody, deactivated members too, by name. Needs case.view, or a permission to manage people."""
        who = known(call)
        ordered = sorted(who.people.values(), key=lambda person: (person.name.casefold(), person.id))
        return Answer(page([person_shape(person, who.roles[person.role_id].key) for person in ordered], None))


class Holdings(Door):
    """What a member still holds."""

    @documented("members_holdings", "List what a member holds", gives=HoldingsShape, tag="members")
    def get(self, call: Call, member_id: UUID) -> Answer:
        """What has to be handed over before the member can be deactivated, kind by kind. Needs member.manage."""
        read_parameters(call.request, ())
        who = directory(call.by.organization_id, call.by.revision)
        call.by.require("member.manage", who.who_could)
        if member_id not in who.people:
            raise Missing("There is no such member.")
        held = [{"kind": each.name, "count": each.count, "words": each.words} for each in held_by(member_id)]
        return Answer(page(held, None))


class RenameMember(Input):
    """The new name."""

    name = Text(max_length=120)


class OneMember(Door):
    """A member."""

    @documented("members_get", "Get a member", gives=MemberShape, tag="members", **seen())
    def get(self, call: Call, member_id: UUID) -> Answer:
        """One member. Needs case.view, or a permission to manage people."""
        who = known(call)
        person = who.people.get(member_id)
        if person is None:
            raise Missing("There is no such member.")
        return Answer(person_shape(person, who.roles[person.role_id].key), version=person.version)

    @documented(
        "members_rename", "Rename a member", gives=MemberShape, takes=RenameMember, tag="members", **guarded()
    )
    def patch(self, call: Call, member_id: UUID) -> Answer:
        """Oneself, or with member.manage anybody."""
        return member_answer(rename_member(by=call.by, member_id=member_id, **call.read_seen(RenameMember)))


class ChangeMemberRole(Input):
    """The new role."""

    role_id = Id()


class MemberRole(Door):
    """What a member may do."""

    @documented(
        "members_change_role",
        "Change a member's role",
        gives=MemberShape,
        takes=ChangeMemberRole,
        tag="members",
        **guarded(),
    )
    def post(self, call: Call, member_id: UUID) -> Answer:
        """Needs member.manage, and every permission of both roles."""
        given = call.read_seen(ChangeMemberRole)
        return member_answer(change_member_role(by=call.by, member_id=member_id, **given))


class DeactivateMember(Input):
    """Who takes over what they hold."""

    hand_over_to = Id(required=False, allow_null=True)


class MemberDeactivation(Door):
    """The end of a membership."""

    @documented(
        "members_deactivate", "Deactivate a member", gives=MemberShape, takes=DeactivateMember, tag="members",
        **guarded(),
    )  # fmt: skip
    def post(self, call: Call, member_id: UUID) -> Answer:
        """Their tokens stop working at once. Where they still hold something, say who takes it."""
        given = call.read_seen(DeactivateMember)
        return member_answer(deactivate_member(by=call.by, member_id=member_id, **given))


class MemberReactivation(Door):
    """A membership taken up again."""

    @documented(
        "members_reactivate",
        "Reactivate a member",
        gives=MemberShape,
        takes=Nothing,
        tag="members",
        **guarded(),
    )
    def post(self, call: Call, member_id: UUID) -> Answer:
        """In the role they had."""
        return member_answer(reactivate_member(by=call.by, member_id=member_id, **call.read_seen(Nothing)))


class InviteMember(Input):
    """Whom, and as what."""

    email = Text(max_length=254)
    role_id = Id()


class Invitations(Door):
    """Places offered by mail."""

    @documented(
        "invitations_list",
        "List invitations",
        gives=InvitationsShape,
        parameters=[before("invitations"), LIMIT],
        tag="members",
    )
    def get(self, call: Call) -> Answer:
        """Newest first, also those that are over. Needs member.manage."""
        given = read_parameters(call.request, ("before", "limit"))
        call.by.require("member.manage", directory(call.by.organization_id, call.by.revision).who_could)
        behind = read_before(given, "an invitation")
        found = newest_first(Invitation.objects.all(), before=behind, limit=read_limit(given))
        return Answer(older_page(call.request, [invitation_shape(row) for row in found.rows], found.older))

    @documented(
        "invitations_create",
        "Invite somebody",
        gives=InvitationShape,
        status=201,
        takes=InviteMember,
        parameters=[LOCATION],
        tag="members",
    )
    def post(self, call: Call) -> Answer:
        """A mail with a link goes to the address. Needs member.manage."""
        made = invite_member(by=call.by, **call.read(InviteMember))
        return Answer(invitation_shape(made), 201, location=f"/api/v1/invitations/{made.id}")


class OneInvitation(Door):
    """An invitation."""

    @documented("invitations_get", "Get an invitation", gives=InvitationShape, tag="members")
    def get(self, call: Call, invitation_id: UUID) -> Answer:
        """Whether it was accepted, revoked, or waits still. Needs member.manage."""
        read_parameters(call.request, ())
        call.by.require("member.manage", directory(call.by.organization_id, call.by.revision).who_could)
        found = Invitation.objects.filter(id=invitation_id).first()
        if found is None:
            raise Missing("There is no such invitation.")
        return Answer(invitation_shape(found))


class InvitationRevocation(Door):
    """An offer taken back."""

    @documented(
        "invitations_revoke", "Revoke an invitation", gives=InvitationShape, takes=Nothing, tag="members"
    )
    def post(self, call: Call, invitation_id: UUID) -> Answer:
        """Its link stops working."""
        call.read(Nothing)
        return Answer(invitation_shape(revoke_invitation(by=call.by, invitation_id=invitation_id)))

"""The addresses under /api/. Parts are named for what they carry: `case` (id or number), `template` (key), `…_id`."""

from django.urls import path, re_path, register_converter
from django.urls.converters import UUIDConverter

from api.door import Door
from api.views import (
    boards,
    case_history,
    cases,
    deliveries,
    documents,
    events,
    imports,
    members,
    notices,
    organizations,
    roles,
    teams,
    templates,
    timelines,
    tokens,
    verification,
)
from api.views.case_acts import CASE_ACTS
from api.views.template_acts import TEMPLATE_ACTS

Table = dict[str, tuple[str, type[Door]]]


class AnyId(UUIDConverter):
    """An id as it is written here, or in capitals: the two are the same UUID."""

    regex = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"


register_converter(AnyId, "id")

# Looked through from the top: what is asked most often stands first.
_CASES: Table = {
    "cases": ("cases", cases.Cases),
    "cases/<str:case>": ("case", cases.OneCase),
    "cases/<str:case>/timeline": ("case-timeline", cases.Timeline),
    "cases/<str:case>/timeline.csv": ("case-timeline-csv", case_history.TimelineFile),
    "cases/<str:case>/as-of/<int:seq>": ("case-as-of", case_history.AsOf),
    "cases/<str:case>/timeline/verification": ("case-verification", verification.OfCase),
    "cases/<str:case>/moves": ("case-moves", cases.Moves),
    **{f"cases/<str:case>/{name}": (f"case-{name}", view) for name, view in CASE_ACTS.items()},
    "events": ("events", events.Events),
    "events/<id:event_id>": ("event", timelines.OneEvent),
    "timeline": ("timeline", timelines.OrganizationTimeline),
    "events/verification": ("events-verification", verification.OfOrganization),
    "event-types": ("event-types", events.EventTypes),
}
_TEMPLATES: Table = {
    "templates": ("templates", templates.Templates),
    "templates/<slug:template>": ("template", templates.OneTemplate),
    "gallery": ("gallery", templates.Gallery),
    "templates/<slug:template>/timeline": ("template-timeline", timelines.TemplateTimeline),
    "templates/<slug:template>/board": ("template-board", boards.Board),
    "templates/<slug:template>/yaml": ("template-yaml", templates.Yaml),
    "templates/<slug:template>/log": ("template-log", imports.TemplateLog),
    "templates/<slug:template>/versions": ("template-versions", templates.Versions),
    "templates/<slug:template>/versions/<int:number>": ("template-version", templates.OneVersion),
    **{
        f"templates/<slug:template>/{name}": (f"template-{name}", view)
        for name, view in TEMPLATE_ACTS.items()
    },
}
_PEOPLE: Table = {
    "me": ("me", organizations.Me),
    "permissions": ("permissions", organizations.Permissions),
    "organizations": ("organizations", organizations.Organizations),
    "organizations/<slug:slug>": ("organization", organizations.OneOrganization),
    "members": ("members", members.Members),
    "members/<id:member_id>": ("member", members.OneMember),
    "members/<id:member_id>/holdings": ("member-holdings", members.Holdings),
    "members/<id:member_id>/role": ("member-role", members.MemberRole),
    "members/<id:member_id>/deactivate": ("member-deactivate", members.MemberDeactivation),
    "members/<id:member_id>/reactivate": ("member-reactivate", members.MemberReactivation),
    "invitations": ("invitations", members.Invitations),
    "invitations/<id:invitation_id>": ("invitation", members.OneInvitation),
    "invitations/<id:invitation_id>/revoke": ("invitation-revoke", members.InvitationRevocation),
    "roles": ("roles", roles.Roles),
    "roles/<id:role_id>": ("role", roles.OneRole),
    "roles/<id:role_id>/delete": ("role-delete", roles.RoleDeletion),
    "teams": ("teams", teams.Teams),
    "teams/<id:team_id>": ("team", teams.OneTeam),
    "teams/<id:team_id>/archive": ("team-archive", teams.TeamArchival),
    "teams/<id:team_id>/restore": ("team-restore", teams.TeamRestoration),
    "teams/<id:team_id>/members": ("team-members", teams.TeamMembers),
    "teams/<id:team_id>/members/<id:member_id>/remove": ("team-member-remove", teams.TeamMemberRemoval),
    "notices": ("notices", notices.Notices),
    "notices/read": ("notices-read", notices.NoticesRead),
    "deliveries": ("deliveries", deliveries.Deliveries),
    "deliveries/<id:delivery_id>/retry": ("delivery-retry", deliveries.DeliveryRetry),
    "deliveries/<id:delivery_id>/give-up": ("delivery-give-up", deliveries.DeliveryGivingUp),
    "tokens": ("tokens", tokens.Tokens),
    "tokens/<id:token_id>": ("token", tokens.OneToken),
    "tokens/<id:token_id>/revoke": ("token-revoke", tokens.TokenRevocation),
}
_LOGS: Table = {
    "imports": ("imports", imports.Imports),
    "imports/<id:import_id>": ("import", imports.OneImport),
    "imports/<id:import_id>/lines": ("import-lines", imports.Lines),
    "imports/<id:import_id>/plan": ("import-plan", imports.ImportPlan),
    "imports/<id:import_id>/start": ("import-start", imports.ImportStart),
    "imports/<id:import_id>/stop": ("import-stop", imports.ImportStop),
    "imports/<id:import_id>/discard": ("import-discard", imports.ImportDiscarding),
}


urlpatterns = [
    *(
        path(f"v1/{route}", view.as_view(), name=f"api-{name}")
        for route, (name, view) in (_CASES | _TEMPLATES | _PEOPLE | _LOGS).items()
    ),
    path("", documents.front, name="api-front"),
    path("v1/openapi.json", documents.openapi, name="api-openapi"),
    path("docs", documents.swagger, name="api-docs"),
    path("redoc", documents.redoc, name="api-redoc"),
    re_path(r"", documents.nothing_here, name="api-nothing"),
]

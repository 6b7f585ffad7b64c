"""The addresses under /api/. Parts are named for what they carry: `case` (id or number), `template` (key), `…_id`."""

from django.urls import path, re_path

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
    "events/<uuid:event_id>": ("event", timelines.OneEvent),
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
    "members/<uuid:member_id>": ("member", members.OneMember),
    "members/<uuid:member_id>/holdings": ("member-holdings", members.Holdings),
    "members/<uuid:member_id>/role": ("member-role", members.MemberRole),
    "members/<uuid:member_id>/deactivate": ("member-deactivate", members.MemberDeactivation),
    "members/<uuid:member_id>/reactivate": ("member-reactivate", members.MemberReactivation),
    "invitations": ("invitations", members.Invitations),
    "invitations/<uuid:invitation_id>/revoke": ("invitation-revoke", members.InvitationRevocation),
    "roles": ("roles", roles.Roles),
    "roles/<uuid:role_id>": ("role", roles.OneRole),
    "roles/<uuid:role_id>/delete": ("role-delete", roles.RoleDeletion),
    "teams": ("teams", teams.Teams),
    "teams/<uuid:team_id>": ("team", teams.OneTeam),
    "teams/<uuid:team_id>/archive": ("team-archive", teams.TeamArchival),
    "teams/<uuid:team_id>/restore": ("team-restore", teams.TeamRestoration),
    "teams/<uuid:team_id>/members": ("team-members", teams.TeamMembers),
    "teams/<uuid:team_id>/members/<uuid:member_id>/remove": ("team-member-remove", teams.TeamMemberRemoval),
    "notices": ("notices", notices.Notices),
    "notices/read": ("notices-read", notices.NoticesRead),
    "deliveries": ("deliveries", deliveries.Deliveries),
    "deliveries/<uuid:delivery_id>/retry": ("delivery-retry", deliveries.DeliveryRetry),
    "deliveries/<uuid:delivery_id>/give-up": ("delivery-give-up", deliveries.DeliveryGivingUp),
    "tokens": ("tokens", tokens.Tokens),
    "tokens/<uuid:token_id>/revoke": ("token-revoke", tokens.TokenRevocation),
}
_LOGS: Table = {
    "imports": ("imports", imports.Imports),
    "imports/<uuid:import_id>": ("import", imports.OneImport),
    "imports/<uuid:import_id>/lines": ("import-lines", imports.Lines),
    "imports/<uuid:import_id>/plan": ("import-plan", imports.ImportPlan),
    "imports/<uuid:import_id>/start": ("import-start", imports.ImportStart),
    "imports/<uuid:import_id>/stop": ("import-stop", imports.ImportStop),
    "imports/<uuid:import_id>/discard": ("import-discard", imports.ImportDiscarding),
}


urlpatterns = [
    *(
        path(f"v1/{route}", view.as_view(), name=f"api-{name}")
        for route, (name, view) in (_CASES | _TEMPLATES | _PEOPLE | _LOGS).items()
    ),
    path("v1/openapi.json", documents.openapi, name="api-openapi"),
    path("docs", documents.swagger, name="api-docs"),
    path("redoc", documents.redoc, name="api-redoc"),
    re_path(r"", documents.nothing_here, name="api-nothing"),
]

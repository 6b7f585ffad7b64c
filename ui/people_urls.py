"""The addresses of organizations and people: `outside` any organization, and `within` /o/<slug>/."""

from django.urls import path

from ui import (
    organizations,
    people,
    settings_deliveries,
    settings_general,
    settings_roles,
    settings_teams,
    settings_tokens,
)

outside = [
    path("", organizations.home, name="home"),
    path("welcome", organizations.new_organization, {"is_first": True}, name="welcome"),
    path("organizations/new", organizations.new_organization, name="new_organization"),
    path("organizations/slug", organizations.slug, name="suggest_slug"),
    path("invitations/accept", organizations.accept_offer, name="accept_offer"),
    path("invitations/<str:secret>", organizations.invitation, name="invitation"),
]

within = [
    path("settings", settings_general.index, name="settings"),
    path("settings/general", settings_general.general, name="settings_general"),
    path("settings/me", settings_general.me, name="settings_me"),
    path("settings/members", people.members, name="settings_members"),
    path("settings/members/invite", people.invite, name="invite_member"),
    path("settings/members/<uuid:member_id>/role", people.role_of, name="change_member_role"),
    path("settings/members/<uuid:member_id>/name", people.rename, name="rename_member"),
    path("settings/members/<uuid:member_id>/deactivate", people.deactivate, name="deactivate_member"),
    path("settings/members/<uuid:member_id>/reactivate", people.reactivate, name="reactivate_member"),
    path("settings/invitations/<uuid:invitation_id>/revoke", people.revoke, name="revoke_invitation"),
    path("settings/teams", settings_teams.teams, name="settings_teams"),
    path("settings/teams/new", settings_teams.new_team, name="create_team"),
    path("settings/teams/<uuid:team_id>/rename", settings_teams.rename, name="rename_team"),
    path("settings/teams/<uuid:team_id>/archive", settings_teams.archive, name="archive_team"),
    path("settings/teams/<uuid:team_id>/restore", settings_teams.restore, name="restore_team"),
    path("settings/teams/<uuid:team_id>/members", settings_teams.add, name="add_team_member"),
    path(
        "settings/teams/<uuid:team_id>/members/<uuid:member_id>/remove",
        settings_teams.remove,
        name="remove_team_member",
    ),
    path("settings/roles", settings_roles.roles, name="settings_roles"),
    path("settings/roles/new", settings_roles.new_role, name="create_role"),
    path("settings/roles/<uuid:role_id>", settings_roles.role, name="update_role"),
    path("settings/roles/<uuid:role_id>/delete", settings_roles.delete, name="delete_role"),
    path("settings/tokens", settings_tokens.tokens, name="settings_tokens"),
    path("settings/tokens/new", settings_tokens.new_token, name="create_token"),
    path("settings/tokens/<uuid:token_id>/revoke", settings_tokens.revoke, name="revoke_token"),
    path("settings/deliveries", settings_deliveries.deliveries, name="settings_deliveries"),
    path("settings/deliveries/<uuid:delivery_id>/retry", settings_deliveries.retry, name="retry_delivery"),
    path(
        "settings/deliveries/<uuid:delivery_id>/give-up", settings_deliveries.give_up, name="give_up_delivery"
    ),
]

"""Every act of the product has its address, and each body takes just what its act takes."""

import importlib
import inspect
import pkgutil

import pytest

from api.inputs import Nothing
from api.views import imports, members, notices, organizations, roles, teams, templates, tokens
from api.views.case_acts import CASE_ACTS
from api.views.template_acts import TEMPLATE_ACTS
from cases import filling
from cases.actions import importing, opening
from outbound.actions import deliveries
from outbound.actions import notices as notice_acts
from templates_app import parse
from templates_app.actions import creating
from tenants.actions import invitations
from tenants.actions import members as member_acts
from tenants.actions import organizations as organization_acts
from tenants.actions import roles as role_acts
from tenants.actions import teams as team_acts
from tenants.actions import tokens as token_acts

FROM_THE_ADDRESS = {
    "by",
    "expected_version",
    "case_id",
    "template_id",
    "member_id",
    "role_id",
    "team_id",
    "token_id",
    "invitation_id",
    "import_id",
    "delivery_id",
}

PAIRS = [
    *((view.act, view.takes, ()) for view in (*CASE_ACTS.values(), *TEMPLATE_ACTS.values())),
    (opening.open_case, __import__("api.views.cases", fromlist=["x"]).OpenCase, ()),
    (creating.create_template, templates.CreateTemplate, ("definition",)),
    (organization_acts.update_organization, organizations.UpdateOrganization, ()),
    (member_acts.rename_member, members.RenameMember, ()),
    (member_acts.change_member_role, members.ChangeMemberRole, ()),
    (member_acts.deactivate_member, members.DeactivateMember, ()),
    (member_acts.reactivate_member, Nothing, ()),
    (invitations.invite_member, members.InviteMember, ()),
    (invitations.revoke_invitation, Nothing, ()),
    (role_acts.create_role, roles.CreateRole, ()),
    (role_acts.update_role, roles.UpdateRole, ()),
    (role_acts.delete_role, roles.DeleteRole, ()),
    (team_acts.create_team, teams.CreateTeam, ()),
    (team_acts.rename_team, teams.RenameTeam, ()),
    (team_acts.archive_team, Nothing, ()),
    (team_acts.restore_team, Nothing, ()),
    (team_acts.add_team_member, teams.AddTeamMember, ()),
    (team_acts.remove_team_member, Nothing, ()),
    (token_acts.create_token, tokens.CreateToken, ()),
    (token_acts.revoke_token, Nothing, ()),
    (importing.plan_import, imports.PlanImport, ()),
    (importing.start_import, Nothing, ()),
    (importing.stop_import, Nothing, ()),
    (importing.discard_import, Nothing, ()),
    (notice_acts.read_notices, notices.ReadNotices, ("case_id",)),
    (deliveries.retry_delivery, Nothing, ()),
    (deliveries.give_up_delivery, Nothing, ()),
]

# Acts without an address, each with the reason why.
ELSEWHERE = {
    "create_organization": "a person signs up in the browser; a token belongs to one organization",
    "accept_invitation": "a person accepts in the browser, logged in with the address invited",
    "adopt_email": "a person does it in the browser, right after confirming the new address",
    "upload_log": "POST /imports: the body is the file, the rest are parameters",
    "export_log": "GET /templates/{template}/log: the answer is the file",
    "reach_follow_up": "the clock does it: a tick finds the cases whose day has come",
    "begin_import": "the command line, whose file stays where it is",
    "forget_file": "no person: a tick finds the files that nobody brought in",
}


@pytest.mark.parametrize(
    ("act", "takes", "left_out"), PAIRS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_body_takes_what_its_act_takes(act, takes, left_out):
    parameters = inspect.signature(act).parameters
    fields = takes().fields
    wanted = {
        name
        for name in parameters
        if name not in left_out and (name in fields or name not in FROM_THE_ADDRESS)
    }
    assert set(fields) == wanted
    if takes is organizations.UpdateOrganization:
        return  # a PATCH: what is not named stays as it is
    for name, field in fields.items():
        optional = parameters[name].default is not inspect.Parameter.empty
        assert field.required != optional, f"{name}: required in one of the two"


# What an act takes at most of a text: the document says the same, and the screens have no other bound.
LONGEST = {
    "reason": filling.LONGEST_REASON,
    "title": filling.LONGEST_TITLE,
    "external_ref": filling.LONGEST_REFERENCE,
    "note": parse.LONGEST_HELP,
    "description": parse.LONGEST_HELP,
    "help": parse.LONGEST_HELP,
}


def test_the_document_says_how_long_a_text_may_be_as_the_act_judges_it():
    said = {
        (takes.__name__, name): (field.max_length, LONGEST[name])
        for _, takes, _ in PAIRS
        for name, field in takes().fields.items()
        if name in LONGEST
    }
    assert {name for _, name in said} == set(LONGEST)
    assert {where: bounds for where, bounds in said.items() if bounds[0] != bounds[1]} == {}


def test_every_act_has_an_address():
    covered = {act.__name__ for act, *_ in PAIRS}
    missing = sorted(
        f"{app}.{act.__name__}"
        for app in ("tenants", "templates_app", "cases", "outbound")
        for act in _acts(app)
        if act.__name__ not in covered and act.__name__ not in ELSEWHERE
    )
    assert missing == [], "give each an address in api/, or a reason in ELSEWHERE"


def _acts(app):
    package = importlib.import_module(f"{app}.actions")
    for module in pkgutil.iter_modules(package.__path__):
        found = importlib.import_module(f"{app}.actions.{module.name}")
        for _, function in inspect.getmembers(found, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            is_act = function.__module__ == found.__name__ and not function.__name__.startswith("_")
            if is_act and first is not None and first.name == "by" and first.kind is first.KEYWORD_ONLY:
                yield function

"""Every act has a form that gives it all it takes, or a reason: the other half of tests/api/test_parity.py."""

import ast
import inspect
from pathlib import Path
from types import SimpleNamespace

from django.http import QueryDict

from casefy.env import ROOT
from tests.api.test_parity import FROM_THE_ADDRESS, _acts
from tests.cases.kit import ONBOARDING
from ui.cases import acts as case_forms
from ui.templates_editor import acts as template_forms

APPS = ("tenants", "templates_app", "cases", "outbound")
ABOUT_WHAT = FROM_THE_ADDRESS | {"slug"}

# What an act takes and no form gives, each with the reason why.
LEFT_OUT = {
    ("create_template", "color"): "described on its own sheet, once it is there",
    ("create_template", "icon"): "described on its own sheet, once it is there",
    ("create_template", "description"): "described on its own sheet, once it is there",
    ("create_template", "definition"): "a person gives the file, as YAML",
    ("add_stage", "color"): "the next of the colours; another one is a click",
    ("add_stage", "on_path"): "a new stage is on the path; its sheet takes it off",
    ("read_notices", "notice_ids"): "a person reads all, or a case's with the case",
    ("open_case", "stage"): "a person opens a case where the template begins, and moves it",
    ("comment_on_case", "mentions"): "a person writes @name in the text",
    **{
        (
            act,
            "expected_version",
        ): "one thing chosen on a sheet opened a moment ago: nothing else is overwritten"
        for act in (
            *("change_member_role", "rename_member", "deactivate_member", "reactivate_member", "delete_role"),
            *("plan_import", "start_import", "stop_import", "discard_import"),
            *("rename_team", "archive_team", "restore_team", "add_team_member", "remove_team_member"),
        )
    },
    ("comment_on_case", "expected_version"): "a comment takes nothing back that others said",
}
# Acts without a form, each with the reason why.
NO_FORM = {
    "begin_import": "the command line, whose file stays where it is",
    "forget_file": "no person: a tick finds the files that nobody brought in",
    "export_log": "a link: its answer is the file",
    "reach_follow_up": "no person: the day comes by itself",
}


def test_forms_give_acts_all_they_take():
    given = _given_by_tables()
    for name, words in _given_by_calls().items():
        given.setdefault(name, set()).update(words)
    gaps = []
    for act in (act for app in APPS for act in _acts(app)):
        name = act.__name__
        takes = set(inspect.signature(act).parameters) - ABOUT_WHAT
        if name in NO_FORM:
            continue
        gaps += [
            (name, part) for part in sorted(takes - given.get(name, set())) if (name, part) not in LEFT_OUT
        ]
        if name not in given:
            gaps.append((name, "no form at all"))
    assert gaps == [], "give each a place in a form, or a reason here"


def _given_by_tables() -> dict[str, set[str]]:
    """What the forms of the two tables of acts read, tried with everything filled in."""
    posted = QueryDict(mutable=True)
    posted.update(
        dict.fromkeys(("reason", "until", "owner", "team", "to", "outcome", "stage", "name", "color"), "1")
    )
    posted.update(
        dict.fromkeys(("category", "help", "on_path_asked", "before", "asks", "kinds", "moved"), "1")
    )
    shown = SimpleNamespace(definition=ONBOARDING)
    given: dict[str, set[str]] = {}
    for act in case_forms.ACTS.values():
        given.setdefault(act.do.__name__, set()).update(act.read(posted))
    for act in template_forms.ACTS.values():
        given.setdefault(act.do.__name__, set()).update(act.read(posted, shown))
    moves = given.pop("set_move") - {"forbids"}
    return given | {"forbid_move": moves, "allow_move": moves}


def _given_by_calls() -> dict[str, set[str]]:
    """What is handed over where a screen calls an act by its name; `**words` is all that its module names."""
    given: dict[str, set[str]] = {}
    for page in (page for page in Path(ROOT, "ui").rglob("*.py") if "demo" not in page.name):
        tree = ast.parse(page.read_text())
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            words = {word.arg for word in call.keywords if word.arg}
            if len(words) < len(call.keywords):
                words |= {
                    one.value
                    for one in ast.walk(tree)
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
            if "by" in words:
                given.setdefault(name, set()).update(words)
    return given

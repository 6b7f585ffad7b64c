"""The house rules, read from the source. Each failure says where, and what to do instead."""

import ast
import re

import pytest

from casefy.catalogue_guards import DEFINERS
from tests.architecture.house import APPS, DOMAIN, ROOT, Function, committed_files, modules

UTILS = {"utils", "util", "helpers", "helper", "common", "misc"}
BAD_NAMES = UTILS | {"manager", "service", "services", "handler", "handlers", "info"}
# Founding and entering happen before there is an actor: they name a user instead.
ACTS_WITHOUT_ACTOR = {"create_organization", "accept_invitation", "sign_up"}


def nothing(found, remedy):
    """Fail with every place and the remedy."""
    places = sorted(set(found))
    assert not places, f"{remedy}\n  " + "\n  ".join(places)


def test_files_stay_below_the_wall():
    found = [f"{m.path}: {n} lines" for m in modules() if (n := m.text.count("\n")) > 300]
    nothing(found, "No file grows beyond 300 lines: split it by topic (aim at 60 to 150).")


def test_functions_stay_below_the_wall():
    found = [
        f"{module.at(node)} {node.name}: {length} lines"
        for module in modules()
        for node in module.functions()
        if (length := (node.end_lineno or 0) - node.body[0].lineno + 1) > 40
    ]
    nothing(found, "No function grows beyond 40 lines: give its parts names.")


def test_names_say_what_a_thing_is():
    allowed = {"casefy/embedded/services.py"}  # what one calls Postgres and Valkey together
    found = [
        str(m.path)
        for m in modules()
        if set(m.path.with_suffix("").parts[1:]) & BAD_NAMES and str(m.path) not in allowed
    ]
    found += [
        f"{module.at(node)} {node.name}"
        for module in modules()
        for node in module.walk(ast.ClassDef)
        if str(module.path) not in allowed
        and (node.name.lower() in BAD_NAMES or re.search(r"(Service|Handler|Helper|Info|Utils?)$", node.name))
    ]
    nothing(found, "No utils, helpers, common, manager, service, handler, info: name it by what it does.")


def test_the_domain_has_no_signals():
    found = [
        module.at(node)
        for module in modules(*DOMAIN, "api", "ui")
        for name, node in module.imports()
        if name.startswith(("django.db.models.signals", "django.dispatch"))
    ]
    nothing(found, "No model signals: call a function from the act, or register a subscriber to its event.")


def test_the_domain_knows_no_web():
    found = [
        f"{module.at(node)} {name}"
        for module in modules(*DOMAIN)
        for name, node in module.imports()
        if name.startswith(
            ("django.http", "django.shortcuts", "django.views", "rest_framework", "django_htmx")
        )
    ]
    nothing(
        found, "Domain apps know neither HTTP nor DRF: raise Refused, return values; ui/ and api/ translate."
    )


def test_the_domain_sends_no_celery_messages():
    found = [
        module.at(node)
        for module in modules(*DOMAIN, "api", "ui")
        for node in module.walk(ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"delay", "apply_async", "send_task"}
    ]
    nothing(
        found,
        "No .delay(): write a row in the transaction and ring the bell with casefy.doorbell.ring after commit.",
    )


def test_tasks_have_no_eta():
    found = [
        module.at(node)
        for module in modules()
        for node in module.walk(ast.keyword)
        if node.arg in {"eta", "countdown"}
    ]
    nothing(found, "No ETA and no countdown: a timer is a row, claimed when it is due.")


def test_celery_tasks_live_in_files_of_their_own():
    found = [
        module.at(node)
        for module in modules()
        for name, node in module.imports()
        if name == "celery.shared_task"
        and module.path.name != "tasks.py"
        and str(module.path) != "casefy/alive.py"
    ]
    nothing(found, "Celery tasks live in tasks.py: they call one function and nothing else.")


def test_rows_are_saved_field_by_field():
    def is_bare_save(node):
        named = {keyword.arg for keyword in node.keywords}
        return (
            isinstance(node.func, ast.Attribute)
            and node.func.attr == "save"
            and not named & {"update_fields", "force_insert"}
            and not (
                isinstance(node.func.value, ast.Call) and getattr(node.func.value.func, "id", "") == "super"
            )
        )

    found = [m.at(node) for m in modules(*DOMAIN) for node in m.walk(ast.Call) if is_bare_save(node)]
    nothing(
        found, "save(update_fields=[…]): a bare save() writes back what somebody else has changed meanwhile."
    )


def test_timeline_rows_are_written_by_the_timeline_alone():
    rows = {"Event", "EventBody", "Head", "Stream", "StreamHead", "Delivery"}
    found = [
        f"{module.at(node)} {ast.unparse(node.func)}"
        for module in modules(*(app for app in APPS if app != "timeline"))
        for node in module.walk(ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in {"create", "bulk_create", "get_or_create", "update_or_create"}
        and ast.unparse(node.func).split(".")[0] in rows
    ]
    nothing(found, "Only timeline/ writes events: call record(fact, by=…, about=…).")


def records(node):
    """Whether the function itself writes an event."""
    calls = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
    return any(isinstance(called, ast.Name) and called.id in {"record", "record_many"} for called in calls)


def acts():
    for module in modules(*DOMAIN):
        for node in module.tree.body:
            if (
                "actions" in module.path.parts
                and isinstance(node, Function)
                and not node.name.startswith("_")
                and records(node)
            ):
                yield module, node


def test_there_are_acts_to_look_at():
    assert len(list(acts())) > 15


def test_an_act_takes_its_actor_first_and_everything_by_name():
    found = [
        f"{module.at(node)} {node.name}"
        for module, node in acts()
        if node.name not in ACTS_WITHOUT_ACTOR
        and (node.args.args or [argument.arg for argument in node.args.kwonlyargs][:1] != ["by"])
    ]
    nothing(found, "An act is `def verb_thing(*, by: Actor, …)`: keyword-only, the actor first.")


def test_public_functions_say_what_they_are_for():
    found = [
        f"{module.at(node)} {node.name}"
        for module in modules()
        for node in module.tree.body
        if isinstance(node, Function) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    nothing(found, "A public function has a docstring: what it is for, units, what it raises.")


def test_settings_come_from_the_floor():
    found = [
        module.at(node)
        for module in modules(*DOMAIN, "api")
        for name, node in module.imports()
        if name.startswith(("os.environ", "os.getenv", "environ"))
    ]
    nothing(found, "Knobs are read in casefy/settings.py alone: use django.conf.settings.")


def test_no_exception_is_swallowed():
    found = [
        module.at(node)
        for module in modules()
        for node in module.walk(ast.ExceptHandler)
        if all(isinstance(line, ast.Pass) for line in node.body)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    nothing(found, "`except Exception: pass` hides the next bug: name the error, or say what happened.")


def test_migrations_are_named_for_what_they_do():
    found = [
        str(m.path)
        for m in modules(migrations=True)
        if m.is_migration and re.search(r"\d{4}_(auto|alter_|initial\b)", m.path.stem)
    ]
    nothing(found, "A migration is named for what it does: makemigrations --name cases_can_wait.")


def test_names_of_tests_are_sentences():
    found = []
    for path in committed_files():
        if path.parts[0] == "tests" and path.name.startswith("test_") and (ROOT / path).exists():
            tree = ast.parse((ROOT / path).read_text())
            names = [
                node.name
                for node in ast.walk(tree)
                if isinstance(node, Function) and node.name.startswith("test_")
            ]
            found += [f"{path} {name}" for name in names if name.count("_") < 3]
    nothing(
        found, "The name of a test is a sentence that says what holds: test_a_closed_case_takes_no_moves."
    )


@pytest.mark.parametrize("folder", ["static", "ui", "api"])
def test_nothing_of_others_is_copied_in(folder):
    found = [
        str(path)
        for path in committed_files()
        if path.parts[0] == folder and (".min." in path.name or path.suffix in {".woff", ".woff2", ".map"})
    ]
    nothing(found, "Nothing third-party is committed: add it to package.json and let npm bring it.")


DEFINER = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION ([\w.]+)\([^;]*?\bSECURITY DEFINER\b(?=[^;]*?\$\$)", re.DOTALL
)


def test_functions_with_their_owners_rights_are_on_the_list():
    """Asked of the database as well (tests/tenants/test_catalogue.py), which would refuse to serve."""
    listed = {function.partition("(")[0] for function in DEFINERS}
    found = [
        f"{module.path}: {name}"
        for module in modules(migrations=True)
        for name in DEFINER.findall(module.text)
        if name not in listed
    ]
    nothing(found, "Look the function over, and name it in DEFINERS of casefy/catalogue_guards.py.")

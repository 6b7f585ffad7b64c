"""The dialog in which a field is made or changed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from casefy.errors import Missing, Refused
from templates_app.actions.fields import add_field, change_field
from templates_app.definition import CHOOSING_KINDS, COLORS, Field
from templates_app.queries import Design
from templates_app.values import KINDS
from templates_app.values.currencies import COMMON, DECIMALS
from tenants.scope import reading
from ui.cases.desk import desk
from ui.reading import number_or_none
from ui.templates_editor.acts import meanwhile
from ui.templates_editor.designing import redrawn, the_design
from ui.templates_editor.option_rows import OptionRow, commanded, filled, rows_of, typed_rows
from ui.templates_editor.places import address
from ui.templates_editor.sheets import sheet

if TYPE_CHECKING:
    from ui.entering import InOrganization

Typed = Mapping[str, Any]
CURRENCIES = [*COMMON, *(code for code in DECIMALS if code not in COMMON)]


@require_http_methods(["GET", "HEAD", "POST"])
def new_field(request: "InOrganization", key: str) -> HttpResponse:
    """Show the empty form, or add the field."""
    if request.method != "POST":
        request.actor.require("template.edit", desk(request).people.who_could)
        shown = the_design(request, key)
        return _sheet(request, shown, None, _empty(), [OptionRow(), OptionRow()])
    typed, rows = _typed(request.POST), typed_rows(request.POST)
    with reading():
        shown = the_design(request, key)
        if "redraw" in request.POST:
            return _sheet(request, shown, None, typed, _enough(typed, rows, request.POST["redraw"]))
    try:
        add_field(by=request.actor, template_id=shown.template.id, **_given(request.POST, rows))
    except Refused as error:
        with reading():
            return _sheet(
                request, the_design(request, key), None, typed, rows, error, meanwhile(shown, error)
            )
    with reading():
        return redrawn(request, key)


@require_http_methods(["GET", "HEAD", "POST"])
def field(request: "InOrganization", key: str, field: str) -> HttpResponse:
    """Show the form of a field, or change the field."""
    if request.method != "POST":
        request.actor.require("template.edit", desk(request).people.who_could)
        shown = the_design(request, key)
        found = _the(shown, field)
        rows = rows_of(found.options) or [OptionRow(), OptionRow()]
        return _sheet(request, shown, found, _stored(found), rows)
    typed, rows = _typed(request.POST), typed_rows(request.POST)
    with reading():
        shown = the_design(request, key)
        found = _the(shown, field)
        if "redraw" in request.POST:
            return _sheet(request, shown, found, typed, _enough(typed, rows, request.POST["redraw"]))
    given = _given(request.POST, rows)
    expected = given.pop("expected_version")
    try:
        change_field(
            by=request.actor,
            template_id=shown.template.id,
            field=field,
            changes=given,
            expected_version=expected,
        )
    except Refused as error:
        with reading():
            return _sheet(
                request, the_design(request, key), found, typed, rows, error, meanwhile(shown, error)
            )
    with reading():
        return redrawn(request, key)


def _the(shown: Design, key: str) -> Field:
    found = shown.definition.field(key)
    if found is None:
        raise Missing("There is no such field in this template.", code="no_such_field")
    return found


def _enough(typed: Typed, rows: Sequence[OptionRow], command: str) -> list[OptionRow]:
    """The option rows after a command; a choice has two rows to begin with."""
    result = commanded(rows, command)
    return result if result or typed["kind"] not in CHOOSING_KINDS else [OptionRow(), OptionRow()]


def _empty() -> Typed:
    return {"name": "", "kind": "text", "help": "", "required_from": "", "is_personal": False, "currency": "",
            "unit": ""}  # fmt: skip


def _stored(found: Field) -> Typed:
    return {name: getattr(found, name) or "" for name in _empty()}


def _typed(posted: QueryDict) -> Typed:
    return {name: posted.get(name, "") for name in _empty()} | {"is_personal": "is_personal" in posted}


def _given(posted: QueryDict, rows: Sequence[OptionRow]) -> dict[str, Any]:
    typed = _typed(posted)
    given = {
        **typed,
        "required_from": typed["required_from"] or None,
        "currency": typed["currency"] or None,
        "expected_version": number_or_none(posted.get("expected_version")),
    }
    return given | ({"options": filled(rows)} if typed["kind"] in CHOOSING_KINDS else {})


def _sheet(
    request: "InOrganization", shown: Design, found: Field | None, typed: Typed, rows: Sequence[OptionRow],
    error: Refused | None = None, since: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    published = shown.published.field(found.key) if found and shown.published else None
    context = {
        "action": f"{address(request, shown.template.key)}/fields/{found.key if found else 'new'}",
        "field": found,
        "typed": typed,
        "rows": rows,
        "has_options": typed["kind"] in CHOOSING_KINDS,
        "kinds": list(KINDS.values()),
        "kind": KINDS.get(typed["kind"]),
        "is_published": published is not None,
        "stages": [(stage.key, stage.name) for stage in shown.definition.active_stages],
        "currencies": [(code, code) for code in CURRENCIES],
        "palette": COLORS,
        "changes": [
            change for change in shown.changes if found and change.path.startswith(f"fields.{found.key}")
        ],
    }
    title = found.name if found else "New field"
    return sheet(request, "field", title, context, of=shown, error=error, since=since)

"""The cells of the list as HTML. A page has hundreds, so a cell is a format string, not a template."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cases.queries import CaseRow
from templates_app.values import show
from ui.cases.columns import Column
from ui.cases.desk import Desk
from ui.templatetags.casefy_ui import ago, face_hue, in_words, since

_STATUS = {
    "on_hold": ("warning", "on hold"),
    "closed": ("success", "closed"),
    "cancelled": ("danger", "cancelled"),
}


def cell(case: CaseRow, column: Column, at: Desk) -> SafeString:
    """Draw one cell: for a phone it carries its column's name."""
    if column.field is not None:
        text = show(column.field, case.data.get(column.field.key), at.place)
        return _plain(column.name, text, "clip end" if column.is_number else "clip")
    return _CELLS[column.key](case, at)


def _plain(label: str, content: SafeString | str, classes: str = "") -> SafeString:
    return format_html('<td data-label="{}" class="{}">{}</td>', label, classes, content)


def _number(case: CaseRow, at: Desk) -> SafeString:
    link = '<td><a class="number" data-open href="{}/cases/{}">{}</a></td>'
    return format_html(link, at.base, quote(case.number, safe=""), case.number)


def _title(case: CaseRow, _at: Desk) -> SafeString:
    tone, words = _STATUS.get(case.status, ("", ""))
    pill = format_html(' <span class="pill tone-{}">{}</span>', tone, words) if tone else ""
    return format_html('<td class="clip strong lead">{}{}</td>', case.title, pill)


def _stage(case: CaseRow, at: Desk) -> SafeString:
    stage = at.stage_of(case)
    dot = '<span class="stage-name"><span class="dot hue-{}" aria-hidden="true"></span>{}</span>'
    return _plain("Stage", format_html(dot, stage.color, stage.name))


def _owner(case: CaseRow, at: Desk) -> SafeString:
    person = at.person(case.owner_id)
    if person is None:
        return _plain("Owner", mark_safe('<span class="muted">Nobody</span>'))
    face = '<span class="person"><span class="face face-sm {}" aria-hidden="true">{}</span><span>{}</span></span>'
    return _plain("Owner", format_html(face, face_hue(person.id), person.initials, person.name))


def _in_stage(case: CaseRow, _at: Desk) -> SafeString:
    return _plain("In stage", in_words(since(case.stage_entered_at)) if case.is_running else "")


_CELLS: Mapping[str, Callable[[CaseRow, Desk], SafeString]] = {
    "number": _number,
    "title": _title,
    "stage": _stage,
    "owner": _owner,
    "stage_entered_at": _in_stage,
    "template": lambda case, at: _plain("Template", at.template_of(case).name, "clip"),
    "team": lambda case, at: _plain("Team", at.team_name(case.team_id), "clip"),
    "opened_at": lambda case, _at: _plain("Opened", ago(case.opened_at)),
    "changed_at": lambda case, _at: _plain("Changed", ago(case.changed_at)),
    "external_ref": lambda case, _at: _plain("Reference", case.external_ref or "", "clip"),
}

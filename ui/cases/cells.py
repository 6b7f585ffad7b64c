"""The cells of the list as HTML. A page has hundreds, so a cell is a format string, not a template."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString

from cases.queries import CaseRow
from templates_app.values import show
from ui.cases.columns import Column
from ui.cases.desk import Desk
from ui.drawing import draw_in, face, time_since
from ui.templatetags.casefy_ui import ago, day

_STATUS = {
    "on_hold": ("warning", "on hold"),
    "closed": ("success", "closed"),
    "cancelled": ("danger", "cancelled"),
}
_CELL = '<td data-label="{label}" class="{classes}">{content}</td>'
_NUMBER = '<td><a class="number" data-open href="{address}">{number}</a></td>'
_DOT = '<span class="stage-name"><span class="dot hue-{color}" aria-hidden="true"></span><span>{name}</span></span>'


class Cells:
    """Draws the cells of one page of a list; for a phone each carries its column's name."""

    def __init__(self, columns: Sequence[Column], at: Desk) -> None:
        self.at, self.now = at, timezone.now()
        self._draws = [self._drawn(column) for column in columns]
        self._owners: dict[UUID | None, SafeString] = {}
        self._stages: dict[tuple[UUID, str], SafeString] = {}

    def row(self, case: CaseRow) -> SafeString:
        """Return the cells of one case."""
        return SafeString("".join([draw(case) for draw in self._draws]))

    def _drawn(self, column: Column) -> Callable[[CaseRow], SafeString]:
        field = column.field
        if field is None:
            return self._known[column.key]
        classes, place = "clip end" if column.is_number else "clip", self.at.place

        def value(case: CaseRow) -> SafeString:
            return _plain(column.name, show(field, case.data.get(field.key), place), classes)

        return value

    @cached_property
    def _known(self) -> Mapping[str, Callable[[CaseRow], SafeString]]:
        return {
            "number": self._number,
            "title": _title,
            "stage": self._stage,
            "owner": self._owner,
            "stage_entered_at": self._in_stage,
            "template": lambda case: _plain("Template", self.at.template_of(case).name, "clip"),
            "team": lambda case: _plain("Team", self.at.team_name(case.team_id), "clip"),
            "opened_at": lambda case: _plain("Opened", ago(case.opened_at, self.now)),
            "changed_at": lambda case: _plain("Changed", ago(case.changed_at, self.now)),
            "hold_until": lambda case: _plain("Look again", day(case.hold_until) if case.hold_until else ""),
            "external_ref": lambda case: _plain("Reference", case.external_ref or "", "clip"),
        }

    def _number(self, case: CaseRow) -> SafeString:
        return draw_in(_NUMBER, address=self.at.address(case.number), number=case.number)

    def _stage(self, case: CaseRow) -> SafeString:
        key = (case.template_id, case.stage)
        if key not in self._stages:
            stage = self.at.stage_of(case)
            self._stages[key] = _plain("Stage", draw_in(_DOT, color=stage.color, name=stage.name))
        return self._stages[key]

    def _owner(self, case: CaseRow) -> SafeString:
        if case.owner_id not in self._owners:
            self._owners[case.owner_id] = _plain("Owner", self._face(case.owner_id))
        return self._owners[case.owner_id]

    def _face(self, owner_id: UUID | None) -> SafeString:
        person = self.at.person(owner_id)
        if person is None:
            return SafeString('<span class="muted">Nobody</span>')
        return draw_in('<span class="person">{face}</span>', face=face(person))

    def _in_stage(self, case: CaseRow) -> SafeString:
        return _plain("In stage", time_since(case.stage_entered_at, self.now) if case.is_running else "")


def _plain(label: str, content: str, classes: str = "") -> SafeString:
    return draw_in(_CELL, label=label, classes=classes, content=content)


def _title(case: CaseRow) -> SafeString:
    tone, words = _STATUS.get(case.status, ("", ""))
    pill = draw_in(' <span class="pill tone-{tone}">{words}</span>', tone=tone, words=words) if tone else ""
    return draw_in('<td class="clip strong lead">{title}{pill}</td>', title=case.title, pill=pill)

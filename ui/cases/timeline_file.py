"""The timeline of one case to take away: CSV for a spreadsheet, JSON with all that the events say."""

from typing import TYPE_CHECKING

import orjson
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from casefy.errors import Missing
from cases.knowing import place
from cases.queries import CaseRow
from cases.timeline_file import timeline_csv
from templates_app.queries import version_numbers
from timeline.queries import Told, whole
from timeline.shape import event_shape
from ui.cases.desk import Desk, case_numbered, desk

if TYPE_CHECKING:
    from ui.entering import InOrganization

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@require_safe
def timeline_file(request: "InOrganization", number: str, format: str) -> HttpResponse:  # noqa: A002
    """Send all events of a case, oldest first. Whoever sees the case may."""
    if format not in CONTENT_TYPES:
        raise Missing("There is no such format; there are csv and json.", code="no_such_case")
    case = case_numbered(request, number)
    events = whole(case.id)
    content = _csv(events, case, desk(request)) if format == "csv" else _json(events, case)
    response = HttpResponse(content, content_type=CONTENT_TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="timeline-{case.id}.{format}"'
    response["Cache-Control"] = "no-store"
    return response


def _csv(events: list[Told], case: CaseRow, at: Desk) -> str:
    definition = at.template_of(case).definition
    return timeline_csv(events, definition, place(at.by, at.zone), version_numbers(case.template_id))


def _json(events: list[Told], case: CaseRow) -> bytes:
    document = {"case": case.number, "title": case.title, "events": [event_shape(event) for event in events]}
    return orjson.dumps(document, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2)

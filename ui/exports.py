"""The history of a template as a file to take away."""

from typing import TYPE_CHECKING, cast

from django.http import FileResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from casefy.errors import Missing
from cases.actions.exporting import LogFormat
from cases.exported import exported

if TYPE_CHECKING:
    from ui.entering import InOrganization

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xes": "application/xml; charset=utf-8"}


@require_safe
def export(request: "InOrganization", key: str, format: str) -> HttpResponseBase:  # noqa: A002
    """Send the event log of a template as CSV or XES."""
    if format not in CONTENT_TYPES:
        raise Missing("There is no such format; there are csv and xes.", code="no_such_template")
    file = exported(by=request.actor, template=key, format=cast(LogFormat, format))
    name = f"{key}.{format}"
    response = FileResponse(file, content_type=CONTENT_TYPES[format], as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    # The rows are read and on disk by now: nothing is asked of the database while the file is sent.
    response.enters_by_itself = True  # type: ignore[attr-defined]
    return response

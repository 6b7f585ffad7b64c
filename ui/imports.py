"""Event logs in the browser: hand in a file, say how it is meant, see what would come of it, bring it in."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefy.errors import Refused
from casefy.paging import newest_first
from cases.actions.importing import discard_import, plan_import, start_import, stop_import, upload_log
from cases.logs import sample
from cases.logs.files import UPLOAD, kept_until
from cases.logs.models import LogImport
from cases.logs.plan import ROLES, Plan, plan_from_json
from cases.logs.proposal import OFFERED_KINDS, SKIP, printable
from cases.logs.queries import findings_csv, first_findings, the_import
from cases.logs.queries import imports as all_imports
from templates_app.values import KINDS
from tenants.scope import reading
from ui.cases.desk import desk
from ui.draw import Toast, draw, go
from ui.reading import id_or_none
from ui.uploads import takes_file

if TYPE_CHECKING:
    from ui.entering import InOrganization

ROLE_WORDS = {
    "case": ("Case", "What tells one case from another, such as an incident's number."),
    "activity": ("Activity", "What happened. Each one becomes a stage."),
    "timestamp": ("Time", "When it happened."),
    "resource": ("Who", "Who did it, if the file says so."),
    "lifecycle": ("Life cycle", "Such as start and complete, if the file has it."),
}
KIND_OPTIONS = [*((kind, KINDS[kind].label) for kind in OFFERED_KINDS), (SKIP, "Leave it out")]
DAY_ORDERS = (
    ("", "Find out from the file"),
    ("day", "Day first: 31/1/2026"),
    ("month", "Month first: 1/31/2026"),
)
QUIET = timedelta(minutes=1)  # without news, after which a page says so
STATE_WORDS = {
    "waiting": ("Waiting for a worker", "neutral"),
    "looking": ("Reading the file", "info"),
    "ready": ("For you to decide", "warning"),
    "importing": ("Coming in", "info"),
    "done": ("Done", "success"),
    "failed": ("Failed", "danger"),
    "stopped": ("Stopped", "neutral"),
}


@takes_file(UPLOAD)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: "InOrganization") -> HttpResponse:
    """Show what was and is being imported, or take a file in."""
    if request.method == "POST":
        return _take_in(request)
    at = desk(request)
    request.actor.require("case.import", at.people.who_could)
    found = newest_first(all_imports(), before=id_or_none(request.GET.get("before")))
    context = {
        "here": "imports",
        "rows": [
            {"log": log, "state": STATE_WORDS.get(log.state, (log.state, "neutral"))} for log in found.rows
        ],
        "older": found.older,
        "sample": sample,
        "most_bytes": UPLOAD.most,
        "most_megabytes": UPLOAD.most >> 20,
        "too_large": UPLOAD.sentence,
        "templates": at.known.in_use(),
        "is_busy": any(log.is_working for log in found.rows),
    }
    return draw(request, "imports/imports.html", context, fragments=["imports/_imports.html"])


@require_POST
def take_sample(request: "InOrganization") -> HttpResponse:
    """Bring the sample incidents in: one click."""
    with sample.FILE.open("rb") as file:
        log = upload_log(
            by=request.actor,
            file_name=sample.FILE.name,
            content=iter(lambda: file.read(1 << 20), b""),
            template_name=sample.TEMPLATE_NAME,
            at_once=True,
        )
    return go(request, _address(request, log.id))


@require_safe
def log_import(request: "InOrganization", import_id: UUID) -> HttpResponse:
    """Show one import: its columns and what would come of them, its progress, or its end."""
    request.actor.require("case.import", desk(request).people.who_could)
    return _draw(request, the_import(import_id))


@require_POST
def plan(request: "InOrganization", import_id: UUID) -> HttpResponse:
    """Look at the file again as the form says, or start when nothing in the form is new."""
    with reading():
        # Before: a plan that is refused is drawn with what was found in the file.
        request.actor.require("case.import", desk(request).people.who_could)
        log = the_import(import_id)
    wanted, name = _plan_of(request, log), request.POST.get("template_name", "")
    is_same = wanted.to_json() == plan_from_json(log.plan).to_json() and name == log.template_name
    try:
        if is_same and request.POST.get("then") == "start":
            start_import(by=request.actor, import_id=import_id)
            toast = Toast("The import starts", "info")
        else:
            plan_import(by=request.actor, import_id=import_id, plan=wanted, template_name=name)
            toast = Toast("Looking at the file with your changes. Start it when you are content.", "info")
    except Refused as error:
        with reading():
            return _draw(request, the_import(import_id), error=error, entered=wanted, name=name)
    return _redrawn(request, import_id, toast)


@require_POST
def start(request: "InOrganization", import_id: UUID) -> HttpResponse:
    """Go on with an import that was stopped or failed."""
    start_import(by=request.actor, import_id=import_id)
    return _redrawn(request, import_id, Toast("The import goes on", "info"))


@require_POST
def stop(request: "InOrganization", import_id: UUID) -> HttpResponse:
    """Stop an import between two batches."""
    stop_import(by=request.actor, import_id=import_id)
    return _redrawn(request, import_id, Toast("Stopped. What is in stays in.", "info"))


@require_POST
def discard(request: "InOrganization", import_id: UUID) -> HttpResponse:
    """Take an import off the list."""
    discard_import(by=request.actor, import_id=import_id)
    messages.success(request, "The import is off the list. Its cases stay.")
    return go(request, _address(request))


@require_safe
def findings(request: "InOrganization", import_id: UUID) -> HttpResponse:
    """Send every line that was refused, or lost a value, as a CSV file."""
    request.actor.require("case.import", desk(request).people.who_could)
    log = the_import(import_id)
    response = HttpResponse(findings_csv(log), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lines-{log.id}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _take_in(request: "InOrganization") -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, "Choose a file first.")
        return go(request, _address(request))
    zone = request.organization.time_zone
    try:
        log = upload_log(by=request.actor, file_name=file.name or "", content=file.chunks(), zone=zone)
    except Refused as error:
        messages.error(request, error.message)
        return go(request, _address(request))
    return go(request, _address(request, log.id))


def _redrawn(request: "InOrganization", import_id: UUID, toast: Toast) -> HttpResponse:
    with reading():
        return _draw(request, the_import(import_id), toast=toast)


def _draw(
    request: "InOrganization",
    log: LogImport,
    *,
    error: Refused | None = None,
    entered: Plan | None = None,
    name: str = "",
    toast: Toast | None = None,
) -> HttpResponse:
    chosen = entered or plan_from_json(log.plan)
    context = {
        "here": "imports",
        "log": log,
        "url": _address(request, log.id),
        "state": STATE_WORDS.get(log.state, (log.state, "neutral")),
        "found": log.found,
        "template_name": name or log.template_name,
        "findings": first_findings(log.id),
        "kept_until": _day(kept_until(log)),
        "is_quiet": log.is_working and log.active_at < now() - QUIET,
        "error": error,
        **_mapping(log, chosen),
    }
    status = error.status if error else 200
    return draw(
        request,
        "imports/import.html",
        context,
        fragments=["imports/_import.html"],
        toast=toast,
        status=status,
    )


def _day(instant: datetime | None) -> date | None:
    return localtime(instant).date() if instant else None


def _mapping(log: LogImport, chosen: Plan) -> dict[str, Any]:
    """The selects of the form: a column for each role, a kind for each other column."""
    columns = log.found.get("columns", [])
    kinds, names = chosen.kinds or {}, chosen.names or {}
    return {
        "roles": [(role, *ROLE_WORDS[role], getattr(chosen, role)) for role in ROLES],
        "columns": [(column, column) for column in columns],
        "fields": [
            {
                **field,
                "id": f"kind-{number}",
                "name_id": f"name-{number}",
                "name": names.get(field["column"]) or field.get("name", field["column"]),
                "kind": kinds.get(field["column"], field["kind"]),
            }
            for number, field in enumerate(log.found.get("fields", []))
        ],
        "kind_options": KIND_OPTIONS,
        "zone": chosen.zone,
        "day_orders": DAY_ORDERS,
        "day_order": {True: "day", False: "month", None: ""}[chosen.is_day_first],
    }


def _plan_of(request: "InOrganization", log: LogImport) -> Plan:
    """What the form says. Kind and name are kept where they are not what the last look showed or a guess would say."""
    known = set(log.found.get("columns", []))
    roles = {role: request.POST.get(role, "") for role in ROLES}
    before = plan_from_json(log.plan)
    kinds, names = dict(before.kinds or {}), dict(before.names or {})
    for number, field in enumerate(log.found.get("fields", [])):
        kind = request.POST.get(f"kind-{number}", field["kind"])
        if kind != field["kind"]:
            kinds.pop(field["column"], None)
            if kind != field["guess"] and kind in dict(KIND_OPTIONS):
                kinds[field["column"]] = kind
        shown = field.get("name", field["column"])
        name = printable(request.POST.get(f"name-{number}", "").strip() or shown, ())
        if name != shown:
            names.pop(field["column"], None)
            if name != field.get("guessed_name", shown):
                names[field["column"]] = name
    return Plan(
        **{role: column for role, column in roles.items() if column in known},
        zone=request.POST.get("zone", "").strip() or "UTC",
        is_day_first={"day": True, "month": False}.get(request.POST.get("day_order", "")),
        kinds=kinds,
        names=names,
    )


def _address(request: "InOrganization", import_id: UUID | None = None) -> str:
    return f"/o/{request.organization.slug}/imports{f'/{import_id}' if import_id else ''}"

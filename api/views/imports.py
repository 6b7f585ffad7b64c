"""Event logs: hand a file in, see what would come of it, say how it is meant, bring it in, take one out."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from api.answers import Answer, older_page
from api.documented import IF_MATCH, LIMIT, LOCATION, before, documented, parameter
from api.documented_imports import DiscardedShape, ImportsShape, WholeImportShape
from api.door import Call, Door
from api.inputs import Input, Nothing, Text
from api.parameters import bad_parameter, read_before, read_limit, read_parameters
from api.uploads import received_by
from casefy.paging import newest_first
from cases.actions.exporting import FORMATS
from cases.actions.importing import discard_import, plan_import, start_import, stop_import, upload_log
from cases.exported import exported
from cases.logs.files import UPLOAD, kept_until
from cases.logs.models import LogImport
from cases.logs.plan import Plan, plan_from_json
from cases.logs.queries import findings_csv, imports, the_import
from tenants.directory import directory
from tenants.scope import reading

_TAG = "event logs"
_CSV = "text/csv"
_LINES = {"type": "string", "description": "line, column, what happened, outcome."}
_LOG = {"type": "string", "description": "An event log."}
_WHEN = ("look", "import")
# Its progress moves without a version, so there is no ETag: `version` counts what people wanted.
_GUARDED: dict[str, Any] = {"also": [412], "parameters": [IF_MATCH]}
UPLOADING = (
    parameter("file_name", "What the file is called; a form's part says so itself."),
    parameter("template_name", "What the cases are; found by its name, made where there is none."),
    parameter("zone", "The time zone of times that name no offset; UTC if not said."),
    parameter(
        "then",
        "`look` (if not said): look at it, a plan can be set, and it waits to be started. `import`: bring it in "
        "as it is guessed, at once; needs `template_name`.",
        {"type": "string", "enum": list(_WHEN)},
    ),
    LOCATION,
)


def import_shape(log: LogImport) -> dict[str, Any]:
    """An import: where it stands and what it brought in."""
    return {
        "id": log.id,
        "state": log.state,
        "file_name": log.file_name,
        "file_bytes": log.file_bytes,
        "sha256": bytes(log.digest).hex(),
        "template_name": log.template_name,
        "template": log.template.key if log.template else None,
        "asked_by": log.asked_by["label"],
        "rows_read": log.rows_read,
        "steps": log.steps,
        "steps_done": log.steps_done,
        "percent": log.percent,
        "cases_made": log.cases_made,
        "events_made": log.events_made,
        "events_known": log.events_known,
        "refused": log.refused,
        "left_out": log.left_out,
        "error": log.error,
        "version": log.version,
        "created_at": log.created_at,
        "active_at": log.active_at,
        "kept_until": kept_until(log),
        "finished_at": log.finished_at,
    }


def whole_import_shape(log: LogImport) -> dict[str, Any]:
    """An import with its plan and what the last look found."""
    return import_shape(log) | {"plan": plan_from_json(log.plan).to_json(), "found": log.found}


def _may_import(call: Call) -> None:
    call.by.require("case.import", directory(call.by.organization_id, call.by.revision).who_could)


def _now(log: LogImport) -> dict[str, Any]:
    with reading():
        return whole_import_shape(the_import(log.id))


class Imports(Door):
    """The imports of the organization."""

    takes_file = UPLOAD

    @documented(
        "imports_list", "List imports", gives=ImportsShape, parameters=[before("imports"), LIMIT], tag=_TAG
    )
    def get(self, call: Call) -> Answer:
        """Newest first. Needs case.import."""
        given = read_parameters(call.request, ("before", "limit"))
        _may_import(call)
        found = newest_first(imports(), before=read_before(given, "an import"), limit=read_limit(given))
        return Answer(older_page(call.request, [import_shape(log) for log in found.rows], found.older))

    @documented(
        "imports_upload", "Hand in an event log", gives=WholeImportShape, status=201, parameters=UPLOADING, tag=_TAG,
        file="CSV or XES, plain or packed with gzip.",
    )  # fmt: skip
    def post(self, call: Call) -> Answer:
        """A worker looks at the file next: GET the import until its state is `ready`. Needs case.import.

        Judged before the file is read: who may not import is refused at once, and so is what says that it is too large.
        """
        given = read_parameters(call.request, ("file_name", "template_name", "zone", "then"))
        if (then := given.get("then", "look")) not in _WHEN:
            raise bad_parameter("then", "Give look or import.")
        if then == "import" and not given.get("template_name"):
            raise bad_parameter("template_name", "Say what the cases are.")
        file = received_by(call.request)
        assert file is not None, "the door has received it"
        log = upload_log(
            by=call.by,
            file_name=given.get("file_name") or file.name,
            content=file.chunks(),
            template_name=given.get("template_name", ""),
            zone=given.get("zone", "UTC"),
            at_once=then == "import",
        )
        return Answer(whole_import_shape(log), 201, location=f"/api/v1/imports/{log.id}")


class OneImport(Door):
    """One import."""

    @documented("imports_get", "Get an import", gives=WholeImportShape, tag=_TAG)
    def get(self, call: Call, import_id: UUID) -> Answer:
        """Where it stands; once looked at, what would come of it. Needs case.import."""
        read_parameters(call.request, ())
        _may_import(call)
        return Answer(whole_import_shape(the_import(import_id)))


class Lines(Door):
    """The lines of a file that were refused, or lost a value."""

    @documented("imports_lines", "Get refused lines", gives=_LINES, media_type=_CSV, tag=_TAG)
    def get(self, call: Call, import_id: UUID) -> Answer:
        """As a CSV file, in the order of the log: line, column, what happened, outcome. Needs case.import."""
        read_parameters(call.request, ())
        _may_import(call)
        return Answer(text=findings_csv(the_import(import_id)), media_type=_CSV)


def _column(help_text: str) -> Text:
    return Text(required=False, allow_blank=True, trim_whitespace=False, max_length=1000, help_text=help_text)


class PlanInput(Input):
    """How the columns are meant. What is not named, or empty, is guessed."""

    case = _column("The column that tells one case from another.")
    activity = _column("The column that says what happened.")
    timestamp = _column("The column that says when.")
    resource = _column("The column that says who did it.")
    lifecycle = _column("The column with marks such as start and complete.")
    zone = Text(
        required=False,
        max_length=64,
        help_text="The time zone of times that name no offset; UTC if not said.",
    )
    is_day_first = serializers.BooleanField(
        required=False, allow_null=True, help_text="How 01/02/2026 is meant; null: found out from the file."
    )
    kinds = serializers.DictField(
        child=Text(max_length=16),
        required=False,
        help_text="Column → kind of field, or `skip` to leave it out.",
    )
    names = serializers.DictField(
        child=Text(max_length=200),
        required=False,
        help_text="Column → what its field is called, where the template has none for it yet.",
    )


class PlanImport(Input):
    """The whole plan as it shall be."""

    template_name = Text(max_length=120, help_text="Found by its name; made where there is none.")
    plan = PlanInput()


class ImportPlan(Door):
    """How a file is meant."""

    @documented(
        "imports_plan", "Say how a log is meant", gives=WholeImportShape, takes=PlanImport, tag=_TAG, **_GUARDED,
    )  # fmt: skip
    def post(self, call: Call, import_id: UUID) -> Answer:
        """A worker looks at the file again; GET the import until its state is `ready`, then start it."""
        given = call.read_seen(PlanImport)
        plan = Plan(**given.pop("plan"))
        return Answer(_now(plan_import(by=call.by, import_id=import_id, plan=plan, **given)))


class ImportStart(Door):
    """The beginning of an import, or its going on."""

    @documented(
        "imports_start", "Start an import", gives=WholeImportShape, takes=Nothing, tag=_TAG, **_GUARDED
    )
    def post(self, call: Call, import_id: UUID) -> Answer:
        """As the last look showed it; one that was stopped or failed goes on behind what is in."""
        return Answer(_now(start_import(by=call.by, import_id=import_id, **call.read_seen(Nothing))))


class ImportStop(Door):
    """The stop of an import."""

    @documented("imports_stop", "Stop an import", gives=WholeImportShape, takes=Nothing, tag=_TAG, **_GUARDED)
    def post(self, call: Call, import_id: UUID) -> Answer:
        """Between two batches. What is in stays in, and it can be started again."""
        return Answer(_now(stop_import(by=call.by, import_id=import_id, **call.read_seen(Nothing))))


class ImportDiscarding(Door):
    """The end of an import's place on the list."""

    @documented(
        "imports_discard", "Discard an import", gives=DiscardedShape, takes=Nothing, tag=_TAG, **_GUARDED
    )
    def post(self, call: Call, import_id: UUID) -> Answer:
        """With its file and its refused lines. The cases it made stay."""
        discard_import(by=call.by, import_id=import_id, **call.read_seen(Nothing))
        return Answer({"id": import_id})


_MEDIA_TYPES = {"csv": _CSV, "xes": "application/xml"}


class TemplateLog(Door):
    """The history of a template's cases."""

    @documented(
        "templates_log", "Export an event log", gives=_LOG, media_type=_CSV, tag=_TAG,
        parameters=[parameter("format", "csv (if not said) or xes.", {"type": "string", "enum": list(FORMATS)})],
    )  # fmt: skip
    def get(self, call: Call, template: str) -> Answer:
        """As CSV or XES (application/xml), row for row as it came in. Needs case.export and case.view."""
        format_ = read_parameters(call.request, ("format",)).get("format", "csv")
        if format_ not in FORMATS:
            raise bad_parameter("format", "Give csv or xes.")
        file = exported(by=call.by, template=template, format=format_)
        name = f'attachment; filename="{template}.{format_}"'
        return Answer(file=file, media_type=_MEDIA_TYPES[format_], headers={"Content-Disposition": name})

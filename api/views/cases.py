"""Cases: the list, opening one, one case, its possible moves and its timeline."""

from typing import Any, ClassVar
from uuid import UUID

from api.answers import Answer, page
from api.documented import (
    CURSOR,
    ETAG,
    IF_NONE_MATCH,
    LIMIT,
    LOCATION,
    documented,
    parameter,
)
from api.documented_shapes import CaseShape, CasesShape, MovesShape, TimelineShape
from api.door import Call, Door
from api.inputs import Id, Input, Text, Values
from api.parameters import BIGGEST, bad_parameter, next_url, read_limit, read_number, read_parameters
from api.shapes import as_id, case_shape, changed_case_shape, move_shape
from cases.actions.opening import open_case
from cases.finding import HOLD_BOUNDS, read_search
from cases.history import has_history, of_field
from cases.knowing import place
from cases.locking import no_such_case
from cases.machine import possible_moves
from cases.queries import CaseRow, case_by_id, case_by_number, page_of_cases
from templates_app.catalogue import catalogue
from templates_app.values import NOWHERE
from timeline import queries as timeline
from timeline.queries import Told
from timeline.registry import event_types
from timeline.shape import event_shape

FILTERS = (
    "template", "external_ref", "status", "stage", "owner", "team", *HOLD_BOUNDS, "q", "sort", "cursor", "limit",
)  # fmt: skip
_TAG = "cases"

LISTING = (
    parameter("template", "A template's key."),
    parameter("external_ref", "What the case is called elsewhere, exactly; needs `template`."),
    parameter("status", "open, on_hold, closed, cancelled, several with commas between, running or all."),
    parameter("stage", "Keys of stages, with commas between; needs `template`."),
    parameter("owner", "A member's id, `me` or `none`."),
    parameter("team", "A team's id."),
    parameter("hold_until.gte", "The first day to look again at a case on hold, such as 2030-01-31."),
    parameter("hold_until.lte", "The last such day."),
    parameter("q", "Words in number, title, outside reference and fields."),
    parameter(
        "sort",
        "opened, changed, number, hold_until or field.KEY (options by their place, members by name); "
        "with a minus in front, downwards.",
    ),
    CURSOR,
    LIMIT,
)


class OpenCase(Input):
    """What a new case takes."""

    template = Text(max_length=64, help_text="The template's key.")
    title = Text(max_length=200)
    values = Values(required=False, help_text="Entered values by field key.")
    stage = Text(
        required=False,
        allow_null=True,
        max_length=64,
        help_text="Where it starts, if not where the template begins.",
    )
    owner = Id(required=False, allow_null=True)
    team = Id(required=False, allow_null=True)
    external_ref = Text(
        required=False, allow_null=True, max_length=400, help_text="Its name elsewhere; once per template."
    )


class Cases(Door):
    """The cases of the organization."""

    @documented("cases_list", "List cases", gives=CasesShape, parameters=LISTING, tag=_TAG)
    def get(self, call: Call) -> Answer:
        """Cases the caller may see, newest first unless `sort` says otherwise. `next` leads on; there is no count.

        The template's fields filter as well: `field.KEY=value`, or with a comparison `field.KEY.gte=`,
        `field.KEY.lte=`, `field.KEY.starts=`, `field.KEY.empty=true`. They need `template`.
        """
        given = read_parameters(call.request, FILTERS, prefix="field.")
        by, entry = call.by, call.entry
        known = catalogue(entry.organization_id, entry.revision)
        about_fields = "field." in given.get("sort", "") or any(name.startswith("field.") for name in given)
        where = place(by, entry.time_zone) if about_fields else NOWHERE
        search = read_search(given, known, where, by.member_id)
        found = page_of_cases(search, by, cursor=given.get("cursor", ""), limit=read_limit(given))
        next_ = next_url(call.request, cursor=found.next) if found.next else None
        return Answer(page([case_shape(row, known) for row in found.rows], next_))

    @documented(
        "cases_open",
        "Open a case",
        gives=CaseShape,
        status=201,
        takes=OpenCase,
        parameters=[ETAG, LOCATION],
        tag=_TAG,
    )
    def post(self, call: Call) -> Answer:
        """The case gets its number, starts in the template's first stage or in `stage`, and says case.opened."""
        case = open_case(by=call.by, **call.read(OpenCase))
        return Answer(changed_case_shape(case), 201, case.version, location=f"/api/v1/cases/{case.id}")


class OneCase(Door):
    """One case."""

    @documented(
        "cases_get", "Get a case", gives=CaseShape, also=[304], parameters=[IF_NONE_MATCH, ETAG], tag=_TAG
    )
    def get(self, call: Call, case: str) -> Answer:
        """By id or by number."""
        read_parameters(call.request, ())
        row = the_case(call, case)
        return Answer(case_shape(row, catalogue(row.organization_id, call.by.revision)), version=row.version)


class Moves(Door):
    """Where a case can go."""

    @documented(
        "cases_moves",
        "List possible moves",
        gives=MovesShape,
        parameters=[ETAG, IF_NONE_MATCH],
        also=[304],
        tag=_TAG,
    )
    def get(self, call: Call, case: str) -> Answer:
        """Every other stage, whether the case can go there now, and why not."""
        read_parameters(call.request, ())
        row = the_case(call, case)
        definition = catalogue(row.organization_id, call.by.revision).template(row.template_id).definition
        moves = possible_moves(definition, row.standing)
        return Answer(page([move_shape(move) for move in moves], None), version=row.version)


class Timeline(Door):
    """What happened to a case."""

    PARAMETERS: ClassVar[Any] = (
        parameter("before", "Only events with a lower seq.", {"type": "integer", "minimum": 1}),
        parameter("type", "Only events of these types, with commas between, such as case.moved."),
        parameter("member", "Only what this member did, or what was done on their behalf: an id, or `me`."),
        parameter("field", "Only events that changed this field: a field's key, or $title."),
        LIMIT,
    )

    @documented(
        "cases_timeline", "Get a case's timeline", gives=TimelineShape, parameters=PARAMETERS, tag=_TAG
    )
    def get(self, call: Call, case: str) -> Answer:
        """Events of one case, newest first. Deep pages cost what the first one costs.

        Of a field, its first value is part of the history: case.opened comes last, where the case began with one.
        """
        given = read_parameters(call.request, ("before", "type", "member", "field", "limit"))
        before = read_number(given, "before", lowest=1, highest=BIGGEST)
        types, member = read_types(given.get("type", "")), _member(call, given.get("member", ""))
        limit, field = read_limit(given), given.get("field", "")
        case_id = self._visible(call, case)
        found = timeline.page(
            case_id, before=before, limit=limit + 1, types=types, member=member, field=field
        )
        if not found or found[0].stream_kind != "case":
            the_case(call, case)
        if field:
            found = self._of_field(call, found, field)
        events = found[:limit]
        next_ = next_url(call.request, before=events[-1].seq) if len(found) > limit else None
        return Answer(page([event_shape(event) for event in events], next_))

    def _of_field(self, call: Call, found: list[Told], field: str) -> list[Told]:
        # The opening, where it was read, names the template: nothing more is asked of the database.
        opened = found[-1] if found and found[-1].seq == 1 else None
        if opened is not None and "template" in opened.fact:
            known = catalogue(call.by.organization_id, call.by.revision)
            definition = known.template(UUID(opened.fact["template"])).definition
            if not has_history(definition, field):
                raise bad_parameter("field", "The template has no such field.")
        return of_field(found, field)

    def _visible(self, call: Call, case: str) -> UUID:
        # Who sees every case needs no look at this one: a case has at least one event, and what has none is not there.
        case_id = as_id(case)
        return case_id if case_id and call.by.may("case.view") else the_case(call, case).id


def _member(call: Call, text: str) -> UUID | None:
    member = call.by.member_id if text == "me" else as_id(text)
    if text and member is None:
        raise bad_parameter("member", "Give the id of a member, or me.")
    return member


def read_types(text: str) -> list[str]:
    """Return the types of events, given with commas between. Raises BadRequest for one there is not."""
    types = [name for name in text.split(",") if name]
    unknown = [name for name in types if name not in event_types]
    if unknown:
        raise bad_parameter(
            "type", f"There is no such type: {', '.join(unknown)}. GET /api/v1/event-types lists them."
        )
    return types


def the_case(call: Call, ref: str) -> CaseRow:
    """Return the case with this id or number. Raises Missing where the caller does not see one."""
    case_id = as_id(ref)
    if "\x00" in ref:
        raise no_such_case()
    row = case_by_id(case_id, call.by) if case_id else case_by_number(ref, call.by)
    if row is None:
        raise no_such_case()
    return row

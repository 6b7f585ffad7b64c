"""The timeline of the organization and of a template, newest first, and one event: the questions the screens ask."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from api.answers import Answer, page
from api.documented import LIMIT, documented, parameter
from api.documented_shapes import EventShape, TimelineShape
from api.door import Call, Door
from api.parameters import (
    BIGGEST,
    bad_parameter,
    next_url,
    read_flag,
    read_limit,
    read_number,
    read_parameters,
)
from api.shapes import as_id
from api.views.cases import read_types, the_case
from api.views.templates import may_view, template_named
from casefy.errors import Missing
from cases.comparing import DAY
from cases.history import event_seen
from templates_app.queries import version_numbers
from tenants.actor import ActorKind
from tenants.seeing import permit_browsing
from timeline.queries import page as page_of
from timeline.searching import Sought, day_begins, found, read_place, write_place
from timeline.shape import event_shape

_TAG = "events"
_KINDS = get_args(ActorKind)
_NARROWING = (
    parameter("type", "Only events of these types, with commas between, such as case.moved."),
    parameter("setup", "`true` for what happened to something else than a case."),
    parameter("by", f"A member's or token's id, or a kind of actor: {', '.join(_KINDS)}."),
    parameter("template", "A template's key."),
    parameter("case", "A case's id or number."),
    parameter("from", "The first day of recording, where the organization is, such as 2030-01-31."),
    parameter("to", "The last day."),
    parameter("before", "Follow `next` instead."),
    LIMIT,
)


class OrganizationTimeline(Door):
    """What happened in the organization."""

    @documented(
        "timeline_list", "Look through the timeline", gives=TimelineShape, parameters=_NARROWING, tag=_TAG
    )
    def get(self, call: Call) -> Answer:
        """Newest first, narrowed as on the screen. To follow what happens, use the feed: GET /events.

        A page may hold fewer events than asked for, or none, where the search went far back: `next` goes on from
        there. Needs timeline.view and case.view.
        """
        given = read_parameters(call.request, [each.name for each in _NARROWING])
        permit_browsing(call.by)
        before = read_place(given["before"]) if given.get("before") else None
        if given.get("before") and before is None:
            raise bad_parameter("before", "Follow `next` as the last page gave it.")
        shown = found(_sought(call, given), before=before, limit=read_limit(given))
        next_ = next_url(call.request, before=write_place(shown.older)) if shown.older else None
        return Answer(page([event_shape(event) for event in shown.events], next_))


class TemplateTimeline(Door):
    """What happened to a template."""

    @documented(
        "templates_timeline", "Get a template's timeline", gives=TimelineShape, tag="templates",
        parameters=[parameter("before", "Only events with a lower seq.", {"type": "integer", "minimum": 1}), LIMIT],
    )  # fmt: skip
    def get(self, call: Call, template: str) -> Answer:
        """Who made it, edited and published it, newest first. Needs template.view."""
        given = read_parameters(call.request, ("before", "limit"))
        may_view(call)
        limit, before = read_limit(given), read_number(given, "before", lowest=1, highest=BIGGEST)
        events = page_of(template_named(template).id, before=before, limit=limit + 1)
        next_ = next_url(call.request, before=events[limit - 1].seq) if len(events) > limit else None
        return Answer(page([event_shape(event) for event in events[:limit]], next_))


class OneEvent(Door):
    """An event."""

    @documented("events_get", "Get an event", gives=EventShape, tag=_TAG)
    def get(self, call: Call, event_id: UUID) -> Answer:
        """One event by its id, such as the one that `caused_by` names. Of a case, for whoever sees the case."""
        read_parameters(call.request, ())
        return Answer(event_shape(event_seen(event_id, call.by)[0]))


def _sought(call: Call, given: Mapping[str, str]) -> Sought:
    template = _meant("template", lambda key: template_named(key).id, given)
    actor = given.get("by", "")
    person = as_id(actor)
    if actor and person is None and actor not in _KINDS:
        raise bad_parameter("by", f"Give an id, or one of {', '.join(_KINDS)}.")
    since, until = _bounds(call, given)
    return Sought(
        types=read_types(given.get("type", "")),
        is_setup=read_flag(given, "setup"),
        person=person,
        actor_kind="" if person else actor,
        template=template,
        versions=tuple(version_numbers(template)) if template else (),
        case=_meant("case", lambda ref: the_case(call, ref).id, given),
        since=since,
        until=until,
    )


def _meant(name: str, find: Callable[[str], UUID], given: Mapping[str, str]) -> UUID | None:
    """Return the id of what a parameter names. What is not there is the parameter's fault, not the address's."""
    if not given.get(name):
        return None
    try:
        return find(given[name])
    except Missing as missing:
        raise bad_parameter(name, missing.message) from None


def _bounds(call: Call, given: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    zone = ZoneInfo(call.entry.time_zone)
    first, last = _day(given, "from"), _day(given, "to")
    after = last + timedelta(days=1) if last and last < date.max else None
    return day_begins(first, zone), day_begins(after, zone)


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "")
    try:
        if not text:
            return None
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # such as the thirtieth of February
    raise bad_parameter(name, "Give a day of the calendar, such as 2030-01-31.")

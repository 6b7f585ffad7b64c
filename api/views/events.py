"""The feed of everything that happens in an organization, and the types of events there are."""

import base64
import binascii
from dataclasses import fields

from api.answers import Answer, page
from api.documented import LIMIT, documented, parameter
from api.documented_shapes import EventTypesShape, FeedShape
from api.door import Call, Door
from api.parameters import BIGGEST, next_url, read_limit, read_parameters
from casefy.errors import Invalid
from tenants.seeing import permit_browsing
from timeline.queries import end_of_feed, feed
from timeline.registry import catalogue
from timeline.shape import event_shape

_TAG = "events"
_BEGIN = (0, 0)
_NOW = "now"
_FROM = parameter(
    "cursor", "Where to go on: the `cursor` of the last page, or `now` for what happens from now on."
)


class Events(Door):
    """The feed."""

    @documented("events_list", "Follow the feed", gives=FeedShape, parameters=[_FROM, LIMIT], tag=_TAG)
    def get(self, call: Call) -> Answer:
        """All events of the organization in one order that loses nothing: keep `cursor` and ask again with it.

        An event appears once no event can come before it any more, usually at once. Without a cursor the feed
        begins with the first event ever; `cursor=now` begins behind the last one. Needs timeline.view and case.view.
        """
        given = read_parameters(call.request, ("cursor", "limit"))
        permit_browsing(call.by)
        limit = read_limit(given)
        after = _after(given.get("cursor", ""))
        found = feed(after=after, limit=limit + 1)
        events = found[:limit]
        last = (events[-1].feed_tx, events[-1].position) if events else after
        cursor = _write(last)
        next_ = next_url(call.request, cursor=cursor) if len(found) > limit else None
        return Answer(page([event_shape(event) for event in events], next_, cursor=cursor))


class EventTypes(Door):
    """The catalogue."""

    @documented("events_types", "List event types", gives=EventTypesShape, tag=_TAG)
    def get(self, call: Call) -> Answer:
        """Every type of event with the members of its fact."""
        read_parameters(call.request, ())
        results = [
            {
                "type": name,
                "stream": kind.stream,
                "description": " ".join((kind.__doc__ or "").split()),
                "tone": kind.tone,
                "fields": {f.name: _type_name(f.type) for f in fields(kind)},  # type: ignore[arg-type]
                "personal": sorted(".".join(path) for path in kind.personal),
            }
            for name, kind in catalogue().items()
        ]
        return Answer(page(results, None))


def _type_name(type_: object) -> str:
    return type_.__name__ if isinstance(type_, type) and not hasattr(type_, "__args__") else str(type_)


def _after(cursor: str) -> tuple[int, int]:
    if cursor == _NOW:
        return end_of_feed()
    return _read(cursor) if cursor else _BEGIN


def _write(at: tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(f"{at[0]}.{at[1]}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, int]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode("ascii")
        tx, position = (int(part) for part in text.split(".") if part.isdigit())
        if max(tx, position) <= BIGGEST:
            return tx, position
    except (ValueError, binascii.Error):
        pass
    raise Invalid(
        "This page of the feed cannot be found.",
        code="bad_cursor",
        fields={"cursor": "Use the cursor just as the last page gave it, or now."},
    )

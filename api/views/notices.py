"""The caller's inbox: what is new for them."""

from typing import Any

from rest_framework import serializers

from api.answers import Answer, page
from api.documented import FLAG, LIMIT, documented, parameter
from api.documented import before as older_than
from api.documented_shapes import MarkedNoticesShape, NoticesShape
from api.door import Call, Door
from api.inputs import Id, Input
from api.parameters import next_url, read_before, read_flag, read_limit, read_parameters
from outbound.actions.notices import read_notices
from outbound.queries import InboxLine, inbox
from timeline.shape import event_shape

_TAG = "notices"


def _shape(line: InboxLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": line.kind,
        "case": {"id": line.case_id, "number": line.case_number, "title": line.case_title},
        "event": event_shape(line.event),
        "created_at": line.created_at,
        "is_read": line.is_read,
    }


class Notices(Door):
    """The inbox."""

    @documented(
        "notices_list",
        "Look into the inbox",
        gives=NoticesShape,
        parameters=[
            parameter("unread", "true: only what was not read yet.", FLAG),
            older_than("notices"),
            LIMIT,
        ],
        tag=_TAG,
    )
    def get(self, call: Call) -> Answer:
        """What is new for the caller, a token's member, newest first: work given to them, and where they were named."""
        given = read_parameters(call.request, ("unread", "before", "limit"))
        before = read_before(given, "a notice")
        unread_only = read_flag(given, "unread")
        found = inbox(call.by, unread_only=unread_only, before=before, limit=read_limit(given))
        next_ = next_url(call.request, before=found.older) if found.older else None
        return Answer(page([_shape(line) for line in found.lines], next_))


class ReadNotices(Input):
    """Which ones: those named, or all."""

    notice_ids = serializers.ListField(child=Id(), required=False, allow_null=True, max_length=200)


class NoticesRead(Door):
    """What was read."""

    @documented("notices_read", "Mark as read", gives=MarkedNoticesShape, takes=ReadNotices, tag=_TAG)
    def post(self, call: Call) -> Answer:
        """Mark the caller's own notices as read and say how many were new."""
        return Answer({"read": read_notices(by=call.by, **call.read(ReadNotices))})

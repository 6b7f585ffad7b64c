"""The acts on a case: one address for each, named as the act is."""

from typing import Any

from rest_framework import serializers

from api.answers import Answer
from api.documented_shapes import CaseShape
from api.door import Call
from api.inputs import Day, Id, Input, Text, Values
from api.shapes import as_id, changed_case_shape
from api.views.act_views import ActView, act_view
from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.actions.ending import cancel_case, close_case, reopen_case
from cases.actions.moving import move_case
from cases.actions.pausing import hold_case, resume_case


def reason(*, required: bool = False) -> Text:
    """The field every explained act has."""
    return Text(required=required, allow_blank=not required, max_length=2000, help_text="Why, in a sentence.")


class MoveCase(Input):
    """Where to, and why."""

    to = Text(max_length=64, help_text="The key of the stage.")
    reason = reason()


class AssignCase(Input):
    """Who has it from now on. Who is not named, is nobody."""

    owner = Id(required=False, allow_null=True)
    team = Id(required=False, allow_null=True)
    reason = reason()


class HoldCase(Input):
    """Why work stops, and when to look again."""

    reason = reason(required=True)
    until = Day(required=False, allow_null=True)


class ResumeCase(Input):
    """Why work goes on."""

    reason = reason()


class CloseCase(Input):
    """How it ended."""

    outcome = Text(
        required=False,
        allow_blank=True,
        max_length=64,
        help_text="The key of one of the template's outcomes.",
    )
    reason = reason()


class CancelCase(Input):
    """Why it ends without an outcome."""

    reason = reason()


class ReopenCase(Input):
    """Where it goes on."""

    stage = Text(
        required=False,
        allow_null=True,
        max_length=64,
        help_text="The key of a stage; where it was, if not given.",
    )
    reason = reason()


class CommentOnCase(Input):
    """What is said, in Markdown, and who is meant."""

    text = Text(max_length=20_000, trim_whitespace=False)
    mentions = serializers.ListField(child=Id(), required=False, max_length=50)


class ChangeFields(Input):
    """What changes. A field that is not named stays as it is; null empties it."""

    values = Values(required=False)
    title = Text(required=False, allow_null=True, max_length=200)


class CaseAct(ActView):
    """An act on one case, which the address names by id or number."""

    def act_on(self, call: Call, ref: str, **given: Any) -> Answer:
        """Call the act, and return the case as it is now."""
        changed = type(self).act(by=call.by, case_id=as_id(ref) or ref, **given)
        return Answer(changed_case_shape(changed), version=changed.version)


_ACTS: tuple[tuple[str, str, str, Any, type[Input]], ...] = (
    ("move", "move", "Move a case", move_case, MoveCase),
    ("assign", "assign", "Assign a case", assign_case, AssignCase),
    ("hold", "hold", "Put a case on hold", hold_case, HoldCase),
    ("resume", "resume", "Resume a case", resume_case, ResumeCase),
    ("close", "close", "Close a case", close_case, CloseCase),
    ("cancel", "cancel", "Cancel a case", cancel_case, CancelCase),
    ("reopen", "reopen", "Reopen a case", reopen_case, ReopenCase),
    ("comments", "comment", "Comment on a case", comment_on_case, CommentOnCase),
    ("fields", "change_fields", "Change fields", change_fields, ChangeFields),
)
CASE_ACTS = {
    address: act_view(
        CaseAct, *more, gives=CaseShape, tag="cases", method="patch" if address == "fields" else "post"
    )
    for address, *more in _ACTS
}

"""The acts on a case: one address for each, named as the act is."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from rest_framework import serializers

from api.answers import Answer
from api.documented import ETAG, IF_MATCH, documented
from api.documented_shapes import CaseShape
from api.door import Call, Door
from api.inputs import Id, Input, Text, Values
from api.parameters import expected_version, read_parameters
from api.shapes import as_id, changed_case_shape
from api.views.cases import the_case
from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.actions.ending import cancel_case, close_case, reopen_case
from cases.actions.moving import move_case
from cases.actions.pausing import hold_case, resume_case
from cases.models import Case
from tenants.scope import reading


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
    until = serializers.DateField(required=False, allow_null=True)


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


class CaseAct(Door):
    """An act on one case, which the address names by id or number."""

    act: ClassVar[Callable[..., Case]]
    takes: ClassVar[type[Input]]
    status: ClassVar[int] = 200

    def perform(self, call: Call, case: str) -> Answer:
        """Read the body, call the act, and return the case as it is now."""
        read_parameters(call.request, ())
        given = call.read(self.takes)
        version = expected_version(call.request)
        changed = type(self).act(by=call.by, case_id=_id(call, case), expected_version=version, **given)
        return Answer(changed_case_shape(changed), self.status, changed.version)


def _id(call: Call, ref: str) -> UUID:
    case_id = as_id(ref)
    if case_id is not None:
        return case_id
    with reading():
        return the_case(call, ref).id


def _act(
    name: str,
    summary: str,
    act: Callable[..., Case],
    takes: type[Input],
    method: str = "post",
) -> type[CaseAct]:
    """Make the view of one act; its description is what the act says of itself."""

    def perform(self: CaseAct, call: Call, case: str) -> Answer:
        return self.perform(call, case)

    perform.__doc__ = act.__doc__
    describe = documented(
        f"cases_{name}",
        summary,
        gives=CaseShape,
        takes=takes,
        also=[412],
        parameters=[IF_MATCH, ETAG],
        tag="cases",
    )
    class_name = "".join(word.capitalize() for word in name.split("_")) + "View"
    return type(class_name, (CaseAct,), {"act": staticmethod(act), "takes": takes, method: describe(perform)})


CASE_ACTS: dict[str, type[CaseAct]] = {
    "move": _act("move", "Move a case", move_case, MoveCase),
    "assign": _act("assign", "Assign a case", assign_case, AssignCase),
    "hold": _act("hold", "Put a case on hold", hold_case, HoldCase),
    "resume": _act("resume", "Resume a case", resume_case, ResumeCase),
    "close": _act("close", "Close a case", close_case, CloseCase),
    "cancel": _act("cancel", "Cancel a case", cancel_case, CancelCase),
    "reopen": _act("reopen", "Reopen a case", reopen_case, ReopenCase),
    "comments": _act("comment", "Comment on a case", comment_on_case, CommentOnCase),
    "fields": _act("change_fields", "Change fields", change_fields, ChangeFields, "patch"),
}

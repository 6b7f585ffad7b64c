"""The act that says something about a case."""

from collections.abc import Iterable
from uuid import UUID

from casefy.errors import Invalid
from cases.events import CaseCommented
from cases.filling import legible
from cases.locking import holding
from cases.mentions import mentioned
from cases.models import Case
from cases.rows import CaseRef
from cases.saying import save_and_say
from tenants.actor import Actor

LONGEST_COMMENT = 20_000


def comment_on_case(
    *,
    by: Actor,
    case_id: CaseRef,
    text: str,
    mentions: Iterable[UUID] = (),
    expected_version: int | None = None,
) -> Case:
    """Add a comment in Markdown to a case and return the case.

    Members are named by `@Name` in the text, or by id in `mentions`. Raises Invalid for an empty
    text, one that is too long, and for members who are not there.
    """
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.comment")
        text = legible(text, "text")
        if not text:
            raise Invalid("The comment is empty.", fields={"text": "Write something first."})
        if len(text) > LONGEST_COMMENT:
            raise Invalid(
                "The comment is too long.", fields={"text": f"Use at most {LONGEST_COMMENT:,} characters."}
            )
        named = mentioned(text, held.people, mentions)
        save_and_say(held, CaseCommented(text=text, mentions=[str(id_) for id_ in named]), changed=[])
    return held.case

"""Filling in a case's fields: what was entered becomes what is stored, or a sentence for each field."""

from collections.abc import Mapping
from typing import Any

from casefy.errors import Conflict, Invalid
from cases.machine import PossibleMove
from templates_app.definition import Definition
from templates_app.values import Place, Unfit, clean
from templates_app.values.unfit import written

LONGEST_TITLE = 200
LONGEST_REASON = 2000
LONGEST_REFERENCE = 400


def cleaned(
    definition: Definition, entered: Mapping[str, Any], place: Place, current: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the stored form of every value entered, None for those emptied.

    Raises Invalid with one sentence for each field that is unknown, retired or does not fit.
    """
    stored: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key, raw in entered.items():
        field = definition.field(key)
        if field is None:
            wrong[key] = "The template has no such field."
        elif field.is_retired and raw not in (None, "", current.get(key)):
            wrong[key] = f"{field.name} is retired: the template no longer uses it."
        else:
            try:
                stored[key] = clean(field, raw, place, current=current.get(key))
            except Unfit as unfit:
                wrong[key] = str(unfit)
    if wrong:
        raise Invalid("Some values do not fit. Nothing was changed.", fields=wrong)
    return stored


def demand(definition: Definition, stage: str, data: Mapping[str, Any]) -> None:
    """Raise Invalid, naming each field, where a stage requires values that are not there."""
    missing = definition.missing_fields(stage, data)
    if missing:
        raise Invalid(
            "Fill in what this stage needs first.",
            code="fields_missing",
            fields={field.key: f"{field.name} is needed here." for field in missing},
        )


def titled(title: str) -> str:
    """Return a title with single blanks. Raises Invalid for one that is empty or too long."""
    title = " ".join(legible(title, "title").split())
    if not title:
        raise Invalid("A case needs a title.", fields={"title": "Say in a few words what the case is about."})
    if len(title) > LONGEST_TITLE:
        raise Invalid(
            "The title is too long.",
            fields={"title": f"Use at most {LONGEST_TITLE} characters; details go below."},
        )
    return title


def explained(reason: str, *, needed: bool, act: str) -> str:
    """Return the reason, trimmed. Raises Invalid where the template asks for one and none is given."""
    reason = legible(reason, "reason")
    if needed and not reason:
        raise Invalid(
            f"The template asks why when you {act}.",
            code="reason_needed",
            fields={"reason": "Say why, in a sentence."},
        )
    if len(reason) > LONGEST_REASON:
        remedy = f"Use at most {LONGEST_REASON:,} characters."
        raise Invalid("The reason is too long.", fields={"reason": remedy})
    return reason


def referred(reference: str | None) -> str | None:
    """Return the name a case has elsewhere, or None for none. Raises Invalid for one that is too long."""
    text = legible(reference or "", "external_ref")
    if len(text) > LONGEST_REFERENCE:
        remedy = f"Use at most {LONGEST_REFERENCE} characters."
        raise Invalid("The reference is too long.", fields={"external_ref": remedy})
    return text or None


def legible(text: str, name: str) -> str:
    """Return text without blanks around it. Raises Invalid, naming `name`, where it cannot be stored."""
    try:
        return written(text)
    except Unfit as unfit:
        raise Invalid("Some of this text cannot be stored.", fields={name: str(unfit)}) from unfit


def refuse(move: PossibleMove) -> None:
    """Raise what stands in the way of a move: Invalid for fields to be filled in, Conflict for the rest."""
    if move.missing:
        raise Invalid(
            move.why_not,
            code="fields_missing",
            fields={field.key: f"{field.name} is needed in {move.stage.name}." for field in move.missing},
        )
    raise Conflict(move.why_not, code="move_not_possible")

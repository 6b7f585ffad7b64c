"""The act that changes what a case's fields say."""

from collections.abc import Mapping
from typing import Any

from casefy.errors import Conflict, Invalid
from cases.events import CaseFieldsChanged
from cases.filling import cleaned, titled
from cases.index import index_values, words_of
from cases.knowing import place
from cases.locking import Held, holding
from cases.models import Case
from cases.rows import CaseRef
from cases.saying import save_and_say
from templates_app.values import Place, show
from tenants.actor import Actor

TITLE = "$title"  # no field can have this key


def change_fields(
    *,
    by: Actor,
    case_id: CaseRef,
    values: Mapping[str, Any] | None = None,
    title: str | None = None,
    expected_version: int | None = None,
) -> Case:
    """Change values by field key, and the title where one is given; return the case.

    What is as it was is no change; where nothing changes, nothing is recorded. Raises Invalid with
    a sentence for each value that does not fit, or that is emptied though the stage needs it.
    """
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.edit")
        case = held.case
        if not case.is_running:
            raise Conflict(f"The case is {case.status}. Reopen it to change it.", code="wrong_status")
        where = place(held.by, held.zone)
        stored = cleaned(held.definition, values or {}, where, case.data)
        changes = _changes(held, stored, where)
        if title is not None and titled(title) != case.title:
            changes[TITLE] = _change("Title", "text", case.title, titled(title), case.title, titled(title))
        if changes:
            _apply(held, stored, changes, where)
    return case


def _apply(held: Held, stored: dict[str, Any], changes: dict[str, Any], where: Place) -> None:
    case = held.case
    case.data = {k: v for k, v in {**case.data, **stored}.items() if v is not None}
    _keep_needed(held, changes)
    if TITLE in changes:
        case.title = changes[TITLE]["to"]
    case.document = words_of(case, held.template, where)
    keys = [key for key in changes if key in stored]
    if keys:
        index_values(case, held.template, keys)
    fact = CaseFieldsChanged(
        summary=_listed([change["name"] for change in changes.values()]),
        changes=changes,
        personal_fields=[key for key in keys if (f := held.definition.field(key)) and f.is_personal],
    )
    save_and_say(held, fact, changed=["data", "title", "document"])


def _changes(held: Held, stored: Mapping[str, Any], where: Place) -> dict[str, Any]:
    changes = {}
    for key, after in stored.items():
        before = held.case.data.get(key)
        field = held.definition.field(key)
        if after == before or field is None:
            continue
        shown = (show(field, before, where), show(field, after, where))
        changes[key] = _change(field.name, field.kind, before, after, *shown)
    return changes


def _change(
    name: str, kind: str, before: Any, after: Any, shown_before: str, shown_after: str
) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "from": before,
        "to": after,
        "from_shown": shown_before,
        "to_shown": shown_after,
    }


def _keep_needed(held: Held, changes: Mapping[str, Any]) -> None:
    emptied = {key for key, change in changes.items() if change["to"] is None}
    needed = {
        field.key: f"{field.name} is needed in this stage and cannot be emptied."
        for field in held.definition.missing_fields(held.case.stage, held.case.data)
        if field.key in emptied
    }
    if needed:
        raise Invalid("This stage needs these values.", code="fields_missing", fields=needed)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

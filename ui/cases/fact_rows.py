"""What else an event says, for whoever has to reconstruct it: in words, with no key or id where there is a name."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from casefy.writing import writing
from cases.changed import Change
from templates_app.definition import Definition
from tenants.permissions import PERMISSIONS
from tenants.words import LOCALES
from timeline.queries import Told
from ui.reading import id_or_none
from ui.templatetags.casefy_ui import in_full, in_words

# Said by the sentence, told elsewhere on the page, or of use to programs alone.
_LEFT_OUT = frozenset(
    "summary patch definition personal_fields changes data source text mentions title number template_name "  # noqa: SIM905
    "before after icon_name color held key owner_name team_name from_owner_name from_team_name".split()
)
_NAMES = {
    "was": "Was before",
    "seconds": "Time in the stage before",
    "until": "Until",
    "held_until": "Was on hold until",
    "external_ref": "Reference",
    "again": "Again",
    "sha256": "SHA-256 of the file",
    "size": "Bytes",
}


def rows_of(event: Told, definition: Definition | None) -> list[tuple[str, str]]:
    """Return what an event says beside its sentence and the values it changed, as name and words."""
    rows = []
    for key, value in event.fact.items():
        if (
            key in _LEFT_OUT
            or key.endswith("_words")
            or value in (None, "", [], {}, False)
            or id_or_none(str(value))
        ):
            continue
        words = _words(event.fact, key, value, definition)
        if words:
            rows.append((_NAMES.get(key, _spelled(key)), words))
    return rows


def settings_changed(event: Told) -> list[Change]:
    """Return the settings an event changed: of an organization, of a template's face, of who has a case."""
    fact = event.fact
    if event.type == "case.assigned":
        pairs = [("Owner", "owner_name"), ("Team", "team_name")]
        told = [
            Change(key, name, fact[f"from_{key}"] or "", fact[key] or "")
            for name, key in pairs
            if key in fact
        ]
        return [change for change in told if change.before != change.after]
    before, after = fact.get("before"), fact.get("after")
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return [
        Change(key, _spelled(key), _setting(key, before.get(key)), _setting(key, after.get(key)))
        for key in keys
    ]


def _words(fact: Mapping[str, Any], key: str, value: Any, definition: Definition | None) -> str:
    if f"{key}_name" in fact or (f"{key.removesuffix('_stage')}_name" in fact and key.endswith("_stage")):
        return ""  # a key whose name stands beside it
    if key in _WORDS:
        return _WORDS[key](value)
    if key in ("stage", "from_stage") and definition is not None:
        stage = definition.stage(str(value))
        return stage.name if stage else str(value)
    if key == "outcome" and definition is not None:
        outcome = definition.outcome(str(value))
        return outcome.name if outcome else str(value)
    if key.endswith("_at"):
        return _instant(str(value))
    return _setting(key, value)


def _setting(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(_setting(key, each) for each in value if not id_or_none(str(each)))
    if isinstance(value, Mapping):
        return ""
    if isinstance(value, int | float):
        return writing().write_number(str(value))
    if key == "locale":
        return LOCALES.get(str(value), str(value))
    return PERMISSIONS.get(str(value), str(value)) if value is not None else ""


def _spelled(key: str) -> str:
    return key.removesuffix("_name").replace("_", " ").capitalize()


def _instant(text: str) -> str:
    return in_full(timezone.localtime(datetime.fromisoformat(text)))


def _day(text: str) -> str:
    return writing().write_day(date.fromisoformat(text))


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "seconds": in_words,
    "until": _day,
    "held_until": _day,
    "was": lambda value: str(value).replace("_", " ").capitalize(),
    "kind": lambda value: str(value).replace("_", " ").capitalize(),
}

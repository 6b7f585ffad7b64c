"""Values of case fields: `clean` what was entered, `show` what is stored, `index_terms` to filter and sort.

To add a field kind: a clean, a show and a terms function in one of the modules here, one line in KINDS below,
and its name in `templates_app.definition.FIELD_KINDS`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from casefy.writing import PLAIN
from templates_app.definition import Field
from templates_app.values import choosing, moments, numbers, words
from templates_app.values.typed import Typed, read
from templates_app.values.unfit import IndexTerm, Place, Unfit, fold

__all__ = [
    "KINDS", "NOWHERE", "FieldKind", "IndexTerm", "Place", "Typed", "Unfit",
    "as_typed", "clean", "fold", "index_terms", "is_empty", "ranks_of", "read", "show",
]  # fmt: skip

NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class FieldKind:
    """How one kind of field behaves. `label`, `explained` and `icon` are for the people who choose it.

    `index` names the column of the typed index that sorts it: text, number or instant.
    """

    key: str
    label: str
    explained: str
    icon: str
    index: str
    clean: Callable[[Field, Any, Place], Any]
    show: Callable[[Field, Any, Place], str]
    terms: Callable[[Field, Any], tuple[IndexTerm, ...]]


KINDS: dict[str, FieldKind] = {
    kind.key: kind
    for kind in (
        FieldKind("text", "Text", "One line, up to 500 characters", "type", "text",
                  words.clean_text, words.show_text, words.text_terms),
        FieldKind("long_text", "Long text", "Several lines, up to 20,000 characters", "text-align-start", "text",
                  words.clean_long_text, words.show_text, words.text_terms),
        FieldKind("integer", "Whole number", "Counts, such as 12", "hash", "number",
                  numbers.clean_integer, numbers.show_integer, numbers.number_terms),
        FieldKind("decimal", "Decimal number", "Exact, such as 12.50", "percent", "number",
                  numbers.clean_decimal, numbers.show_decimal, numbers.number_terms),
        FieldKind("money", "Money", "An amount with its currency", "banknote", "number",
                  numbers.clean_money, numbers.show_money, numbers.money_terms),
        FieldKind("date", "Date", "A day, without a time", "calendar", "instant",
                  moments.clean_date, moments.show_date, moments.date_terms),
        FieldKind("datetime", "Date and time", "A moment, shown in your time zone", "calendar-clock",
                  "instant", moments.clean_datetime, moments.show_datetime, moments.datetime_terms),
        FieldKind("yes_no", "Yes or no", "A question with two answers", "toggle-left", "number",
                  choosing.clean_yes_no, choosing.show_yes_no, choosing.yes_no_terms),
        FieldKind("choice", "Choice", "One of several options", "circle-dot", "text",
                  choosing.clean_choice, choosing.show_choice, choosing.choice_terms),
        FieldKind("choices", "Several choices", "Any number of options", "list-checks", "text",
                  choosing.clean_choices, choosing.show_choices, choosing.choices_terms),
        FieldKind("member", "Member", "Somebody in your organization", "user", "text",
                  choosing.clean_member, choosing.show_member, choosing.choice_terms),
        FieldKind("email", "E-mail address", "Such as ana@example.com", "mail", "text",
                  words.clean_email, words.show_text, words.text_terms),
        FieldKind("phone", "Phone number", "With its country code", "phone", "text",
                  words.clean_phone, words.show_text, words.text_terms),
        FieldKind("url", "Web address", "A link that starts with https://", "link", "text",
                  words.clean_url, words.show_text, words.text_terms),
    )
}  # fmt: skip


def is_empty(raw: object) -> bool:
    """Whether this counts as no answer: nothing, blank text, an empty list, money without an amount."""
    if isinstance(raw, dict):
        return bool(raw) and "amount" in raw and is_empty(raw["amount"])
    if isinstance(raw, str):
        return not raw.strip()
    return raw is None or (isinstance(raw, list | tuple) and not raw)


def clean(field: Field, raw: Any, place: Place = NOWHERE, *, current: Any = None) -> Any:
    """The stored form of what was entered, or None for no answer. Raises Unfit with a sentence for a person.

    `current` is the stored value: what is no longer offered (a retired option, a member who left) stays as
    long as it is not changed.
    """
    if is_empty(raw) and (field.kind == "choices" or not isinstance(raw, list | tuple)):
        return None
    raw = read(field.kind, raw)
    if _is_untouched(field, raw, place, current):
        return current
    stored = KINDS[field.kind].clean(field, raw, place)
    if is_empty(stored):
        return None
    if stored != current:
        _refuse_retired(field, stored, place, current)
    return stored


def _refuse_retired(field: Field, stored: Any, place: Place, current: Any) -> None:
    if field.kind == "member" and place.active_members is not None and stored not in place.active_members:
        raise Unfit("This member is no longer active. Choose somebody else.")
    if field.kind in ("choice", "choices"):
        kept = current if isinstance(current, list) else [current]
        for key in [stored] if isinstance(stored, str) else stored:
            option = field.option(key)
            if option is not None and option.is_retired and key not in kept:
                raise Unfit(f"“{option.name}” is no longer offered. Choose another option.")


def _is_untouched(field: Field, raw: Any, place: Place, current: Any) -> bool:
    """Return whether a form gives back what it held: also an hour that comes twice, where it cannot say which."""
    if current is None or not isinstance(raw, str):
        return False
    return bool(raw == as_typed(field, current, replace(place, writing=PLAIN)))


def show(field: Field, stored: Any, place: Place = NOWHERE) -> str:
    """The stored value as a person reads it; empty text for no answer."""
    return "" if stored is None else KINDS[field.kind].show(field, stored, place)


def as_typed(field: Field, stored: Any, place: Place = NOWHERE) -> Any:
    """The stored value as a form holds it and `clean` reads it back: local time, "12.50 EUR", option keys.

    Days stand in ISO form, as a browser's own picker wants them; numbers as the organization writes them.
    """
    if stored is None:
        return [] if field.kind == "choices" else ""
    if field.kind == "datetime":
        local = moments.instant_of(stored).astimezone(place.zone).replace(tzinfo=None)
        return local.isoformat(timespec="auto" if local.second or local.microsecond else "minutes")
    if field.kind == "money":
        return f"{place.writing.typed_number(stored['amount'])} {stored['currency']}"
    if field.kind == "decimal":
        return place.writing.typed_number(stored)
    if field.kind == "yes_no":
        return "yes" if stored else "no"
    return stored if field.kind == "choices" else str(stored)


def index_terms(field: Field, stored: Any) -> tuple[IndexTerm, ...]:
    """The rows of the typed index for this value: none for no answer, several for several choices."""
    return () if stored is None else KINDS[field.kind].terms(field, stored)


def ranks_of(field: Field, place: Place = NOWHERE) -> tuple[str, ...] | None:
    """The keys that values of the field can be, in the order people see them; None where the value itself sorts.

    Options stand as their list has them, members by name.
    """
    if field.kind == "choice":
        return tuple(option.key for option in field.options)
    if field.kind == "member":
        return tuple(sorted(place.members or {}, key=lambda key: (fold((place.members or {})[key]), key)))
    return None

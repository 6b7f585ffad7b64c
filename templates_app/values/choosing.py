"""Field kinds that pick from a list: yes or no, one option, several options, a member."""

from collections.abc import Sequence
from uuid import UUID

from templates_app.definition import Field, Option
from templates_app.values.unfit import IndexTerm, Place, Unfit, fold, written

_YES = frozenset({"yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})


def clean_yes_no(_field: Field, raw: object, _place: Place) -> bool:
    """True or False."""
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().casefold() if isinstance(raw, str | int) else ""
    if text in _YES or text in _NO:
        return text in _YES
    raise Unfit("Choose yes or no.")


def clean_choice(field: Field, raw: object, _place: Place) -> str:
    """The key of one option. Its name is understood too, so a list from elsewhere can be imported."""
    if not isinstance(raw, str):
        raise Unfit("Choose one option.")
    return _find(field, raw).key


def clean_choices(field: Field, raw: object, _place: Place) -> list[str]:
    """Keys of options, each once, in the field's order."""
    picked = [raw] if isinstance(raw, str) else raw
    if not isinstance(picked, Sequence) or not all(isinstance(item, str) for item in picked):
        raise Unfit("Choose options from the list.")
    keys = {_find(field, item).key for item in picked if item.strip()}
    return [option.key for option in field.options if option.key in keys]


def _find(field: Field, raw: str) -> Option:
    text = written(raw)
    exact = field.option(text)
    if exact is not None:
        return exact
    named = [option for option in field.options if fold(option.name) == fold(text)]
    active = [option for option in named if not option.is_retired] or named
    if len(active) == 1:
        return active[0]
    offered = ", ".join(option.name for option in field.active_options[:6])
    more = " …" if len(field.active_options) > 6 else ""
    raise Unfit(f"“{text[:60]}” is not an option. Choose one of: {offered}{more}.")


def clean_member(_field: Field, raw: object, place: Place) -> str:
    """The id of a member of the organization."""
    try:
        key = str(raw if isinstance(raw, UUID) else UUID(written(raw)))
    except (ValueError, AttributeError):
        raise Unfit("Choose a member from the list.") from None
    if place.members is not None and key not in place.members:
        raise Unfit("This person is not a member here. Choose a member from the list.")
    return key


def show_yes_no(_field: Field, stored: object, _place: Place) -> str:
    """Yes or No."""
    return "Yes" if stored else "No"


def show_choice(field: Field, stored: object, _place: Place) -> str:
    """The option's name."""
    option = field.option(str(stored))
    return option.name if option else str(stored)


def show_choices(field: Field, stored: object, place: Place) -> str:
    """The options' names, with commas."""
    keys = stored if isinstance(stored, list | tuple) else ()
    return ", ".join(show_choice(field, key, place) for key in keys)


def show_member(_field: Field, stored: object, place: Place) -> str:
    """The member's name."""
    return (place.members or {}).get(str(stored), "a former member")


def yes_no_terms(_field: Field, stored: object) -> tuple[IndexTerm, ...]:
    """1 for yes, 0 for no."""
    return (IndexTerm(number=1.0 if stored else 0.0),)


def choice_terms(_field: Field, stored: object) -> tuple[IndexTerm, ...]:
    """The option's key, or the member's id."""
    return (IndexTerm(text=str(stored)),)


def choices_terms(_field: Field, stored: object) -> tuple[IndexTerm, ...]:
    """One row for each option chosen."""
    keys = stored if isinstance(stored, list | tuple) else ()
    return tuple(IndexTerm(text=str(key)) for key in keys)

"""What a person typed into a form, and how they write there: read before the field kind looks at it."""

from collections.abc import Callable

from casefy.writing import Unread, Writing
from templates_app.values.numbers import amount_in
from templates_app.values.unfit import Unfit


class Typed(str):
    """Text from a form or an address of the screens. The API's text is plain: it has no locale."""

    writing: Writing

    def __new__(cls, text: str, writing: Writing) -> "Typed":
        """Return the text with how it is written."""
        made = super().__new__(cls, text)
        made.writing = writing
        return made


def read(kind: str, raw: object) -> object:
    """Return typed text as the field kind reads it: 1234.56, 2026-12-31. Raises Unfit with the form expected."""
    if not isinstance(raw, Typed) or kind not in _READERS or not raw.strip():
        return raw
    try:
        return _READERS[kind](str(raw), raw.writing)
    except Unread as unread:
        raise Unfit(str(unread)) from None


def _money(text: str, writing: Writing) -> str:
    amount = amount_in(text)
    return text.replace(amount, writing.read_number(amount), 1) if amount else text


_READERS: dict[str, Callable[[str, Writing], str]] = {
    "integer": lambda text, writing: writing.read_number(text),
    "decimal": lambda text, writing: writing.read_number(text),
    "money": _money,
    "date": lambda text, writing: writing.read_day(text),
    "datetime": lambda text, writing: writing.read_instant(text),
}

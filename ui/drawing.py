"""HTML by hand, for what a page draws hundreds of times: a card, a cell. Everything else is a template.

`format_html` is as safe, and asks so much of each value that it took half of a board's time.
"""

from datetime import datetime
from html import escape

from django.utils.safestring import SafeString

from tenants.directory import Person
from ui.templatetags.casefy_ui import face_hue, in_words

_FACE = '<span class="face face-sm {hue}" aria-hidden="true">{initials}</span><span>{name}</span>'


def draw_in(shape: str, **values: object) -> SafeString:
    """Return the shape with its named gaps filled; every value is escaped, but what is HTML already (SafeString)."""
    return SafeString(shape.format_map({name: escaped(given) for name, given in values.items()}))


def escaped(given: object) -> str:
    """Return a value as HTML: as it is where it is HTML already, escaped where it is not."""
    return given if isinstance(given, SafeString) else escape(str(given))


def face(person: Person) -> SafeString:
    """Return somebody's face and name."""
    return draw_in(_FACE, hue=face_hue(person.id), initials=person.initials, name=person.name)


def time_since(instant: datetime, now: datetime) -> str:
    """Return how long ago an instant was, in words: 2d 4h. What is still to come is no time ago."""
    return in_words(max(0.0, (now - instant).total_seconds()))

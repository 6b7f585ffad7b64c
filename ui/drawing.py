"""HTML by hand, for what a page draws hundreds of times: a card, a cell. Everything else is a template.

`format_html` is as safe, and asks so much of each value that it took half of a board's time.
"""

from html import escape

from django.utils.safestring import SafeString


def draw_in(shape: str, **values: object) -> SafeString:
    """Return the shape with its named gaps filled; every value is escaped, but what is HTML already (SafeString)."""
    return SafeString(shape.format_map({name: escaped(given) for name, given in values.items()}))


def escaped(given: object) -> str:
    """Return a value as HTML: as it is where it is HTML already, escaped where it is not."""
    return given if isinstance(given, SafeString) else escape(str(given))

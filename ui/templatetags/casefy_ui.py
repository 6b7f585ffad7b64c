"""What templates need and Django does not bring: icons, faces, times in words, safe attributes."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from html import escape
from importlib import resources
from io import BytesIO
from typing import Any
from uuid import UUID
from xml.etree import ElementTree
from zipfile import ZipFile

import lucide
from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from casefy.writing import writing

register = template.Library()

HUES = ("blue", "teal", "violet", "amber", "pink", "green", "indigo", "orange", "sky", "red", "lime", "slate")
MINUTE, HOUR, DAY = 60, 3600, 86400


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """Draw a lucide icon inline. Without a label it is decoration and hidden from screen readers.

    Raises lucide.IconDoesNotExist for a name the set does not have.
    """
    return _icon(str(name), str(classes), str(label))


@lru_cache(maxsize=512)
def _icon(name: str, classes: str, label: str) -> SafeString:
    shapes = "".join(_shapes(_drawing(name)))
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        classes,
        spoken,
        mark_safe(shapes),  # noqa: S308 - from the package, not from a person
    )


@register.simple_tag
def symbols(*names: str) -> SafeString:
    """Put icons on the page once, hidden, for `symbol` to show many times: a long list stays light."""
    drawn = "".join(
        f'<symbol id="icon-{name}" viewBox="0 0 24 24">{"".join(_shapes(_drawing(name)))}</symbol>'
        for name in names
    )
    return mark_safe(f'<svg hidden aria-hidden="true">{drawn}</svg>')  # noqa: S308 - from the package, not from a person


@register.simple_tag
def symbol(name: str, classes: str = "", label: str = "") -> SafeString:
    """Show an icon that `symbols` has put on the page."""
    return _symbol(str(name), str(classes), str(label))


@lru_cache(maxsize=512)
def _symbol(name: str, classes: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon-line {}" {}><use href="#icon-{}"/></svg>', classes, spoken, name
    )


@lru_cache(maxsize=1)
def _drawings() -> ZipFile:
    # Kept open: the package itself reads the list of all icons anew for each one.
    return ZipFile(BytesIO(resources.files("lucide").joinpath("lucide.zip").read_bytes()))


def _drawing(name: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(_drawings().read(f"{name}.svg"))  # noqa: S314 - from the package
    except KeyError as error:
        raise lucide.IconDoesNotExist(f"There is no icon {name!r}: see lucide.dev/icons.") from error


def _shapes(svg: ElementTree.Element) -> Iterator[str]:
    for child in svg:
        tag = str(child.tag).rpartition("}")[2]
        attributes = " ".join(f'{key}="{value}"' for key, value in child.attrib.items())
        yield f"<{tag} {attributes}/>"


@register.filter
def known_icon(name: str) -> str:
    """Return the name of an icon somebody chose, or a plain one where the set does not have it."""
    try:
        _icon(str(name), "", "")
    except lucide.IconDoesNotExist:
        return "workflow"
    return name


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """Draw the options of a select, the chosen one selected. By hand: of people or time zones there are hundreds."""
    now = str(chosen)
    drawn = (
        f'<option value="{escape(str(key))}"{" selected" if str(key) == now else ""}>{escape(str(text))}</option>'
        for key, text in choices
    )
    return mark_safe("".join(drawn))  # noqa: S308 - each is escaped


@register.simple_tag
def spread(attrs: Mapping[str, Any]) -> SafeString:
    """Write a component's remaining attributes, escaped. False and None leave an attribute out."""
    return mark_safe(" ".join(_attribute(*each) for each in attrs_of(attrs)))  # noqa: S308 - each is escaped


def attrs_of(attrs: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attributes that the component did not declare for itself."""
    undeclared = attrs.attrs_dict() if hasattr(attrs, "attrs_dict") else attrs
    for name, value in undeclared.items():
        if value is not None and value is not False:
            yield name, value


def _attribute(name: str, value: Any) -> str:
    safe_name = conditional_escape(name)
    return safe_name if value is True else f'{safe_name}="{conditional_escape(value)}"'


@register.simple_tag
def ago(instant: datetime | None, now: datetime | None = None) -> SafeString:
    """Draw an instant as "5 min ago", the exact time on hover. The browser keeps it true."""
    if instant is None:
        return mark_safe("")
    local = timezone.localtime(instant)
    seconds = ((now or timezone.now()) - instant).total_seconds()
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        instant.isoformat(),
        in_full(local),
        ago_in_words(seconds) or day_in_words(local),
    )


def ago_in_words(seconds: float) -> str:
    """Say how long ago that was, up to a fortnight; "" for longer. The same words as times.js."""
    size = abs(seconds)
    if size < 45:
        return "just now"
    if size >= 14 * DAY:
        return ""
    if size < HOUR:
        text = f"{max(1, int(size // MINUTE))} min"
    else:
        text = f"{int(size // HOUR)} h" if size < DAY else f"{int(size // DAY)} d"
    return f"in {text}" if seconds < 0 else f"{text} ago"


def day_in_words(local: date) -> str:
    """Write a day as 31 Jan 2026, or as the organization does."""
    return writing().write_day(local)


def in_full(local: datetime) -> str:
    """Write an instant as people read it whole: Sat 31 Jan 2026, 10:05:09 CET."""
    return f"{local:%a} {day_in_words(local)}, {_to_the_second(local)} {local:%Z}"


def _to_the_second(local: datetime) -> str:
    clock, _, half = writing().write_time(local).partition(" ")
    return f"{clock}:{local:%S}{f' {half}' if half else ''}"


@register.filter
def in_words(seconds: float | None) -> str:
    """Write a duration in seconds with its two largest units: 3h 10m, 2d 4h, 42m."""
    if seconds is None:
        return ""
    left = int(seconds)
    if left < MINUTE:
        return "<1m"
    parts: list[tuple[int, str]] = []
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        amount, left = divmod(left, size)
        if amount or parts:
            parts.append((amount, unit))
    return " ".join(f"{amount}{unit}" for amount, unit in parts[:2] if amount)


@register.filter
def since(instant: datetime | None) -> float | None:
    """Return the seconds since an instant."""
    return None if instant is None else max(0.0, (timezone.now() - instant).total_seconds())


@register.filter
def clock(instant: datetime) -> str:
    """Write the time of day in the organization's zone: 10:05."""
    return writing().write_time(timezone.localtime(instant))


@register.filter
def day(when: date) -> str:
    """Write a day, or the day of an instant in the organization's zone: 31 Jan 2026."""
    return day_in_words(timezone.localtime(when) if isinstance(when, datetime) else when)


@register.filter
def day_of_week(when: date) -> str:
    """Write a day with its name: Sat 31 Jan 2026."""
    return f"{when:%a} {day_in_words(when)}"


@register.filter
def instant(when: datetime) -> str:
    """Write an instant in the organization's zone, to the second: Sat 31 Jan 2026, 10:05:09 CET."""
    return in_full(timezone.localtime(when))


@register.filter
def typed_number(plain: str) -> str:
    """Write a number such as 12.50 as it is typed in the organization: 12,50."""
    return writing().typed_number(plain)


@register.filter
def counted(count: int) -> str:
    """Write a count as the organization writes numbers: 20,000."""
    return writing().write_number(str(count))


@register.filter
def face_hue(thing: UUID | str | None) -> str:
    """Pick a person's colour by their id: always the same one, whether the id comes as such or as text."""
    number = thing.int if isinstance(thing, UUID) else UUID(thing).int if thing else 0
    return f"hue-{HUES[number % len(HUES)]}"


@register.filter
def initials(name: str) -> str:
    """Return one or two letters for a face."""
    words = str(name).split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


@register.filter
def bounded(count: int, most: int = 999) -> str:
    """Write a count that was only counted up to a bound: 1000 reads as 999+."""
    return f"{most}+" if count > most else str(count)


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return what a mapping holds under a key that is in a variable."""
    return None if mapping is None else mapping.get(key)

"""How days, times, numbers and amounts are written, and read, in one part of the world or another.

A writing is chosen with an organization's locale. Words stay English, months among them; the API and files have no
locale. What a writing writes, it reads back; what it would have to guess, it refuses with an example of its own.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from types import MappingProxyType

NARROW, APOSTROPHE = "\u202f", "\u2019"
BLANKS = " \u00a0\u2009\u202f"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAMED_DAY = re.compile(
    r"(?:(?P<d>[0-9]{1,2})\.? (?P<b>[A-Za-z]{3}),?|(?P<b2>[A-Za-z]{3}) (?P<d2>[0-9]{1,2}),?) (?P<y>[0-9]{4})"
)
_TIMED = re.compile(
    r"(?P<day>.+?)(?:,\s*|\s+)(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?P<s>:[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)


class Unread(ValueError):
    """The text is not written as expected. It says in one sentence what is."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One way to write. `day` and `typed` are formats over d, dd, m, mm, b (the month's name) and y.

    `typed` is how a day is typed, empty where it is year-month-day alone. `group` sets thousands apart.
    A `guesses` writing leaves numbers to the
    field kinds, which read every style that can mean one thing only. One for machines gives times their offset.
    """

    name: str
    day: str = "{dd}/{mm}/{y}"
    typed: str = "{dd}/{mm}/{y}"
    decimal: str = "."
    group: str = ","
    has_half_days: bool = False
    guesses: bool = False
    is_for_machines: bool = False

    def write_day(self, day: date) -> str:
        """Write a day: 31 Jan 2026, 31.01.2026."""
        return _filled(self.day, day)

    def write_time(self, at: time | datetime) -> str:
        """Write a time of day to the minute: 15:05, 3:05 PM."""
        if self.has_half_days:
            return f"{at.hour % 12 or 12}:{at.minute:02} {'PM' if at.hour >= 12 else 'AM'}"
        return f"{at.hour:02}:{at.minute:02}"

    def write_instant(self, at: datetime) -> str:
        """Write day and time as the clock on the wall shows them: 31 Jan 2026, 15:05."""
        return at.isoformat() if self.is_for_machines else f"{self.write_day(at)}, {self.write_time(at)}"

    def write_number(self, plain: str) -> str:
        """Write a number such as -1234.50 with its thousands apart: -1.234,50."""
        whole, point, rest = plain.partition(".")
        sign = "-" if whole.startswith("-") else ""
        apart = f"{int(whole.lstrip('+-') or 0):,}".replace(",", self.group)
        return f"{sign}{apart}{self.decimal if point else ''}{rest}"

    def typed_number(self, plain: str) -> str:
        """Write a number as a form holds it, nothing set apart: -1234,50."""
        return plain.replace(".", self.decimal)

    def read_number(self, text: str) -> str:
        """Return -1234.50 for -1.234,50. Raises Unread for what is written in another way."""
        if self.guesses:
            return text
        found = _number_pattern(self).fullmatch(text.strip().replace("\u2212", "-"))
        if not found or not (found["whole"] or found["rest"]):
            raise Unread(f"Write the number as {self.write_number('1234.56')}.")
        whole = re.sub(r"[^0-9]", "", found["whole"])
        return f"{found['sign']}{whole or '0'}{'.' if found['rest'] else ''}{found['rest'] or ''}"

    def read_day(self, text: str) -> str:
        """Return 2026-01-31 for 31.01.2026, and for itself. Raises Unread for what is written in another way."""
        text = " ".join(text.split())
        if _ISO_DAY.fullmatch(text):
            return text
        parts = _day_parts(self, text)
        if parts is None:
            raise Unread(f"Write the day as {self.example}.")
        year, month, day = parts
        return f"{year:04}-{month:02}-{day:02}"

    def read_instant(self, text: str) -> str:
        """Return 2026-01-31T15:05 for 31.01.2026, 15:05; a day alone, and what is in ISO form, as that."""
        text = " ".join(text.split())
        found = _TIMED.fullmatch(text)
        if not found:
            return text if _ISO_DAY.fullmatch(text[:10]) else self.read_day(text)
        hour = _hour(int(found["h"]), found["half"])
        if hour is None:
            raise Unread(f"Write the time as {self.write_time(time(15, 5))}.")
        return f"{self.read_day(found['day'])}T{hour:02}:{found['m']}{found['s'] or ''}"

    @property
    def example(self) -> str:
        """Return a day as it is typed: 31.12.2026."""
        return _filled(self.typed or "{y}-{mm}-{dd}", date(2026, 12, 31))

    @property
    def sample(self) -> str:
        """Return what things look like: 31.12.2026 · 15:05 · 1.234,56."""
        parts = (
            self.write_day(date(2026, 12, 31)),
            self.write_time(time(15, 5)),
            self.write_number("1234.56"),
        )
        return " · ".join(parts)


def _filled(pattern: str, day: date) -> str:
    return pattern.format(
        d=day.day,
        dd=f"{day.day:02}",
        m=day.month,
        mm=f"{day.month:02}",
        b=MONTHS[day.month - 1],
        y=f"{day.year:04}",
    )


def _number_pattern(writing: Writing) -> re.Pattern[str]:
    apart = re.escape(writing.group + BLANKS + "'" + APOSTROPHE)
    mark = re.escape(writing.decimal)
    return re.compile(
        rf"(?P<sign>[+-]?)\s*(?P<whole>[0-9]{{1,3}}(?:[{apart}][0-9]{{3}})+|[0-9]*)(?:{mark}(?P<rest>[0-9]*))?"
    )


def _day_parts(writing: Writing, text: str) -> tuple[int, int, int] | None:
    """Return year, month and day, or None."""
    named = _NAMED_DAY.fullmatch(text)
    if named:
        month = (named["b"] or named["b2"]).title()
        return (
            (int(named["y"]), MONTHS.index(month) + 1, int(named["d"] or named["d2"]))
            if month in MONTHS
            else None
        )
    if not writing.typed:
        return None
    pattern = re.escape(writing.typed).replace(r"\ ", " ?")
    for name, digits in (("dd", "{1,2}"), ("d", "{1,2}"), ("mm", "{1,2}"), ("m", "{1,2}"), ("y", "{4}")):
        pattern = pattern.replace(rf"\{{{name}\}}", rf"(?P<{name[0]}>[0-9]{digits})")
    found = re.fullmatch(pattern, text)
    return (int(found["y"]), int(found["m"]), int(found["d"])) if found else None


def _hour(hour: int, half: str | None) -> int | None:
    """Return the hour of 24, or None for one that there is not."""
    if half is None:
        return hour if hour < 24 else None
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half in "Pp" else 0)


_POINTS, _ISO, _NAMES = "{dd}.{mm}.{y}", "{y}-{mm}-{dd}", "{d} {b} {y}"

WRITINGS: Mapping[str, Writing] = MappingProxyType(
    {
        "en": Writing("English (international)", _NAMES, "", group=NARROW, guesses=True),
        "en-us": Writing("English (United States)", "{b} {d}, {y}", "{mm}/{dd}/{y}", has_half_days=True),
        "en-gb": Writing("English (United Kingdom)", _NAMES),
        "en-ie": Writing("English (Ireland)", _NAMES),
        "en-au": Writing("English (Australia)", _NAMES, has_half_days=True),
        "en-ca": Writing("English (Canada)", "{b} {d}, {y}", "", has_half_days=True),
        "cs": Writing("Czech", "{d}. {m}. {y}", "{d}. {m}. {y}", ",", NARROW),
        "da": Writing("Danish", _POINTS, _POINTS, ",", "."),
        "de": Writing("German (Germany)", _POINTS, _POINTS, ",", "."),
        "de-at": Writing("German (Austria)", _POINTS, _POINTS, ",", NARROW),
        "de-ch": Writing("German (Switzerland)", _POINTS, _POINTS, ".", APOSTROPHE),
        "es": Writing("Spanish (Spain)", decimal=",", group="."),
        "es-mx": Writing("Spanish (Mexico)"),
        "fi": Writing("Finnish", "{d}.{m}.{y}", "{d}.{m}.{y}", ",", NARROW),
        "fr": Writing("French (France)", decimal=",", group=NARROW),
        "fr-ca": Writing("French (Canada)", _ISO, "", ",", NARROW),
        "fr-ch": Writing("French (Switzerland)", _POINTS, _POINTS, ",", NARROW),
        "it": Writing("Italian", decimal=",", group="."),
        "ja": Writing("Japanese", "{y}/{mm}/{dd}", "{y}/{mm}/{dd}"),
        "nb": Writing("Norwegian", _POINTS, _POINTS, ",", NARROW),
        "nl": Writing("Dutch (Netherlands)", "{dd}-{mm}-{y}", "{dd}-{mm}-{y}", ",", "."),
        "pl": Writing("Polish", _POINTS, _POINTS, ",", NARROW),
        "pt": Writing("Portuguese (Portugal)", decimal=",", group=NARROW),
        "pt-br": Writing("Portuguese (Brazil)", decimal=",", group="."),
        "sv": Writing("Swedish", _ISO, "", ",", NARROW),
    }
)
PLAIN = WRITINGS["en"]
FILES = replace(PLAIN, name="Files", day="{y}-{mm}-{dd}", typed="", is_for_machines=True)

_current: ContextVar[Writing] = ContextVar("writing", default=PLAIN)


def writing() -> Writing:
    """Return how the organization writes whose page is being made."""
    return _current.get()


@contextmanager
def written_as(locale: str) -> Iterator[None]:
    """Write as the locale does while the block runs; as everywhere where there is no such locale (any more)."""
    token = _current.set(WRITINGS.get(locale, PLAIN))
    try:
        yield
    finally:
        _current.reset(token)

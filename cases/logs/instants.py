"""Reading a moment from text as logs write it: ISO 8601, epoch numbers, either order of day and month."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"-?\d{9,19}(\.\d+)?")
# Days since 1899-12-30, as a spreadsheet counts them: those of the years 1954 to 2118.
_SERIAL = re.compile(r"[2-7]\d{4}([.,]\d{1,12})?", re.ASCII)
_SERIAL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - local, in whichever zone the file is read
# Blanks belong to what follows them: no two parts of a pattern may take the same ones.
_CLOCK = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"(?:\s*(?P<half>[AaPp]\.?[Mm]\.?))?)?(?:\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK)
_YEAR_LAST = re.compile(r"(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.](?P<year>\d{4}|\d{2})" + _CLOCK)
_NAMED_DAY_FIRST = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(?P<day>\d{1,2})[-\s.]+(?P<name>[A-Za-z]{3,9})[-\s.,]+(?P<year>\d{4}|\d{2})"
    + _CLOCK
)
_NAMED_MONTH_FIRST = re.compile(r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})" + _CLOCK)
_LONGEST = 100  # characters that any moment is written in
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class InstantReader:
    """How the moments of one file are read. A time without an offset is a local time in `zone`."""

    zone: tzinfo = UTC
    is_day_first: bool = True

    def read(self, text: str) -> datetime:
        """The moment in UTC, microseconds at the finest; raises `ValueError` when the text is no moment."""
        if len(text) > _LONGEST:
            raise ValueError("too long for a moment")
        try:
            moment = _iso(text) or _epoch(text) or _serial(text) or self._pattern(text.strip())
            if moment is None:
                raise ValueError(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self.zone)
            return moment.astimezone(UTC)
        except OverflowError as error:
            raise ValueError(text) from error

    def _pattern(self, text: str) -> datetime | None:
        if match := _YEAR_FIRST.fullmatch(text):
            return _moment(match, int(match["month"]), int(match["day"]))
        if match := _YEAR_LAST.fullmatch(text):
            one, two = int(match["one"]), int(match["two"])
            return _moment(match, two, one) if self.is_day_first else _moment(match, one, two)
        if match := _NAMED_DAY_FIRST.fullmatch(text) or _NAMED_MONTH_FIRST.fullmatch(text):
            name = match["name"][:3].lower()
            return _moment(match, _MONTHS.index(name) + 1, int(match["day"])) if name in _MONTHS else None
        return None


def canonical(moment: datetime) -> str:
    """How CaseFy writes a moment in a log: UTC, `+00:00`, a fraction only where there is one."""
    return moment.astimezone(UTC).isoformat()


def reader_for(zone_name: str, *, is_day_first: bool = True) -> InstantReader:
    """A reader for local times of a zone such as `Europe/Vienna`; raises `ValueError` for an unknown one."""
    try:
        return InstantReader(ZoneInfo(zone_name), is_day_first)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"There is no time zone called {zone_name}.") from error


def day_first_evidence(text: str) -> bool | None:
    """True when this text can only be read day first, False when only month first, None when both."""
    match = _year_last(text)
    if match is None:
        return None
    one, two = int(match["one"]), int(match["two"])
    if one > 12 >= two:
        return True
    return False if two > 12 >= one else None


def has_open_order(text: str) -> bool:
    """Whether the text is of the form 1/2/2016, with the year behind day and month."""
    return _year_last(text) is not None


def _year_last(text: str) -> re.Match[str] | None:
    return _YEAR_LAST.fullmatch(text.strip()) if len(text) <= _LONGEST else None


def guess_day_first(texts: Iterable[str]) -> bool:
    """Whether `01/02/2016` is in February: by the first text that proves it, else month first with AM/PM."""
    has_half_days = False
    for text in texts:
        if (evidence := day_first_evidence(text)) is not None:
            return evidence
        has_half_days = has_half_days or text.rstrip(". ")[-2:].lower() in ("am", "pm")
    return not has_half_days


def _iso(text: str) -> datetime | None:
    if text.isdigit():  # 20160229 is a day, 1456709000 an epoch number, 2016 neither
        return datetime.fromisoformat(text) if len(text) == 8 and text.isascii() else None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _epoch(text: str) -> datetime | None:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size."""
    if not _NUMBER.fullmatch(text):
        return None
    whole, _, fraction = text.partition(".")
    number, digits = int(whole), len(whole.lstrip("-"))
    if digits <= 11:
        part = int(fraction[:6].ljust(6, "0")) if fraction else 0
        return _EPOCH + timedelta(seconds=number, microseconds=-part if number < 0 else part)
    if digits <= 14:
        return _EPOCH + timedelta(milliseconds=number)
    return _EPOCH + timedelta(microseconds=number if digits <= 17 else number // 1000)


def is_serial(text: str) -> bool:
    """Whether the text is read as a spreadsheet's count of days: a number that may as well be another one."""
    return bool(_SERIAL.fullmatch(text))


def _serial(text: str) -> datetime | None:
    """A local time; its fraction says no more than milliseconds."""
    if not is_serial(text):
        return None
    return _SERIAL_EPOCH + timedelta(milliseconds=round(float(text.replace(",", ".")) * 86_400_000))


def _moment(match: re.Match[str], month: int, day: int) -> datetime:
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 2000 if year < 70 else 1900
    hour = int(match["hour"] or 0)
    if half := match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(match.string)
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    fraction = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    zone = _offset(match["zone"])
    return datetime(
        year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0), fraction, zone
    )


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))

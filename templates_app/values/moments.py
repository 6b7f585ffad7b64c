"""Field kinds of time: a day, and an instant. Text without a time zone is read in the organization's."""

import re
from datetime import UTC, date, datetime

from templates_app.definition import Field
from templates_app.values.unfit import IndexTerm, Place, Unfit, written

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_EARLIEST_YEAR = 1000
_LATEST_YEAR = 9998  # of an instant: whatever the time zone, the calendar does not end before its local time
_TOO_LATE = f"Enter a date before the year {_LATEST_YEAR + 1}."


def clean_date(_field: Field, raw: object, _place: Place) -> str:
    """A day as 2026-01-31, from the year 1000 on."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        day = raw
    else:
        text = raw if isinstance(raw, datetime) else written(raw)
        if isinstance(text, datetime) or not _DAY.fullmatch(text):
            raise Unfit("Enter a day as year-month-day, such as 2026-01-31.")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Unfit(f"{text} is not in the calendar. Check day and month.") from None
    if day.year < _EARLIEST_YEAR:
        raise Unfit("Enter the year with four digits, such as 2026.")
    return day.isoformat()


def clean_datetime(_field: Field, raw: object, place: Place) -> str:
    """An instant in UTC as 2026-01-31T10:00:00Z. Without a time zone it is local time in the organization."""
    instant = raw if isinstance(raw, datetime) else _read_instant(written(raw))
    if instant.year < _EARLIEST_YEAR:
        raise Unfit("Enter the year with four digits, such as 2026.")
    try:
        if instant.tzinfo is None:
            instant = _in_zone(instant, place)
        instant = instant.astimezone(UTC)
    except OverflowError:
        raise Unfit(_TOO_LATE) from None
    if instant.year > _LATEST_YEAR:
        raise Unfit(_TOO_LATE)
    return instant.replace(tzinfo=None).isoformat() + "Z"


def _read_instant(text: str) -> datetime:
    if not _INSTANT.fullmatch(text):
        raise Unfit("Enter a day and a time, such as 2026-01-31 10:00.")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unfit(f"{text} is not in the calendar. Check day, month and time.") from None


def _in_zone(naive: datetime, place: Place) -> datetime:
    """Return the instant a clock on the wall shows. Of an hour that comes twice it is the first one."""
    local = naive.replace(tzinfo=place.zone)
    if local.astimezone(UTC).astimezone(place.zone).replace(tzinfo=None) != naive:
        raise Unfit(f"{naive:%H:%M} does not exist on that day: the clocks go forward. Choose an hour later.")
    return local


def show_date(_field: Field, stored: object, place: Place) -> str:
    """31 Jan 2026, or as the organization writes."""
    return place.writing.write_day(date.fromisoformat(str(stored)))


def show_datetime(_field: Field, stored: object, place: Place) -> str:
    """31 Jan 2026, 11:00, in the organization's time zone."""
    return place.writing.write_instant(instant_of(stored).astimezone(place.zone))


def instant_of(stored: object) -> datetime:
    """The stored date-time as an aware datetime in UTC."""
    return datetime.fromisoformat(str(stored))


def date_terms(_field: Field, stored: object) -> tuple[IndexTerm, ...]:
    """Midnight UTC of the day: days sort and compare as days whatever the time zone."""
    day = date.fromisoformat(str(stored))
    return (IndexTerm(instant=datetime(day.year, day.month, day.day, tzinfo=UTC)),)


def datetime_terms(_field: Field, stored: object) -> tuple[IndexTerm, ...]:
    """The instant."""
    return (IndexTerm(instant=instant_of(stored)),)

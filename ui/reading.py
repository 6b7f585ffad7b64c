"""Reading what forms and addresses say. What makes no sense reads as nothing; the act judges."""

from datetime import date
from uuid import UUID

from casefy.writing import writing


def number_or_none(text: str | None) -> int | None:
    """Return a whole number, or None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


def id_or_none(text: str | None) -> UUID | None:
    """Return an id, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def day_or_none(text: str | None) -> date | None:
    """Return a day written as 2026-01-31, or as the organization types it, or None."""
    try:
        return date.fromisoformat(writing().read_day(text or ""))
    except ValueError:
        return None

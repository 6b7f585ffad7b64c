"""Names, slugs, zones and locales: what may stand in them, in one place for acts and screens."""

import re
from functools import cache
from types import MappingProxyType
from zoneinfo import available_timezones

from django.utils.text import slugify

from casefy.errors import Invalid
from casefy.latin import plain_letters
from casefy.writing import WRITINGS

SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$")

# Words that read like a part of the product, and would mislead in an address.
RESERVED_SLUGS = frozenset(
    "about account accounts admin api app assets auth billing casefy demo-login docs healthz help "  # noqa: SIM905
    "invitations login logout mail me metrics new null o organization organizations readyz root "
    "security settings sign-up signup static status support system www".split()
)

LOCALES = MappingProxyType({locale: writing.name for locale, writing in WRITINGS.items()})


def clean_name(raw: str, *, field: str = "name", most: int = 120, what: str = "a name") -> str:
    """Return the name with its spaces tidied. Raises Invalid where it is empty, too long or not a line."""
    name = " ".join(raw.split())
    if not name:
        raise Invalid(f"Please enter {what}.", fields={field: f"Please enter {what}."})
    if len(name) > most:
        sentence = f"That is too long: at most {most} characters."
        raise Invalid(sentence, fields={field: sentence})
    if any(not character.isprintable() for character in name):
        sentence = "That has characters that cannot be shown. Please type it again."
        raise Invalid(sentence, fields={field: sentence})
    return name


def clean_slug(raw: str) -> str:
    """Return the slug in lower case. Raises Invalid where it cannot be part of an address, or is reserved."""
    slug = raw.strip().lower()
    if not SLUG.match(slug):
        sentence = "Use small letters, digits and hyphens, at most 50, with a letter or digit at both ends."
        raise Invalid(sentence, fields={"slug": sentence})
    if slug in RESERVED_SLUGS:
        sentence = f"“{slug}” is kept for CaseFy itself. Please choose another."
        raise Invalid(sentence, fields={"slug": sentence})
    return slug


def slug_from(name: str) -> str:
    """Return what a name looks like in an address; "organization" where nothing of it can stand there."""
    slug = slugify(plain_letters(name))[:44].strip("-_").replace("_", "-")
    return slug if slug and slug not in RESERVED_SLUGS else f"{slug}-organization".lstrip("-")


def clean_time_zone(raw: str) -> str:
    """Return the time zone. Raises Invalid for one that is no place's: what else a machine has, others may not know."""
    if raw not in time_zones():
        sentence = "Please choose a time zone from the list, such as Europe/Lisbon."
        raise Invalid(sentence, fields={"time_zone": sentence})
    return raw


def clean_locale(raw: str) -> str:
    """Return the locale. Raises Invalid for one CaseFy does not write as."""
    if raw not in LOCALES:
        sentence = "Please choose a locale from the list, such as en-gb."
        raise Invalid(sentence, fields={"locale": sentence})
    return raw


@cache
def locales_to_choose() -> tuple[tuple[str, str], ...]:
    """Return the locales with their names and what things look like in them."""
    return tuple((locale, f"{writing.name}: {writing.sample}") for locale, writing in WRITINGS.items())


@cache
def time_zones() -> tuple[str, ...]:
    """Return the time zones to choose from: UTC, then the places, by name."""
    areas = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(areas)))

"""Field kinds made of characters: text, long text, e-mail address, phone number, web address."""

import re
from urllib.parse import urlsplit

from templates_app.definition import Field
from templates_app.values.unfit import IndexTerm, Place, Unfit, fold, written

LONGEST_TEXT = 500
LONGEST_LONG_TEXT = 20_000
LONGEST_EMAIL = 254
LONGEST_URL = 2_000

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
_PHONE_FILLING = re.compile(r"[\s().\-/\u2010-\u2015]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_BARE_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#].*)?")
_HOST = re.compile(r"(?:[\w-]+\.)*[\w-]+\.?|[0-9A-Fa-f:.]+")


def clean_text(_field: Field, raw: object, _place: Place) -> str:
    """One line, at most 500 characters."""
    text = written(raw)
    if "\n" in text:
        raise Unfit("Write this on one line.")
    if len(text) > LONGEST_TEXT:
        raise Unfit(f"Shorten this to {LONGEST_TEXT} characters; it has {len(text)}.")
    return text


def clean_long_text(_field: Field, raw: object, _place: Place) -> str:
    """Any number of lines, at most 20,000 characters."""
    text = written(raw)
    if len(text) > LONGEST_LONG_TEXT:
        raise Unfit(f"Shorten this to {LONGEST_LONG_TEXT:,} characters; it has {len(text):,}.")
    return text


def clean_email(_field: Field, raw: object, _place: Place) -> str:
    """An address such as ana@example.com; the part after the @ in small letters."""
    text = written(raw).removeprefix("mailto:")
    local, _, domain = text.rpartition("@")
    dots = ".." in local or local.startswith(".") or local.endswith(".")
    if len(text) > LONGEST_EMAIL or dots or not _EMAIL.fullmatch(text):
        raise Unfit("Enter one e-mail address, such as ana@example.com.")
    return f"{local}@{domain.lower()}"


def clean_phone(_field: Field, raw: object, _place: Place) -> str:
    """An international number, kept as + and 7 to 15 digits (E.164)."""
    text = written(raw).removeprefix("tel:").replace("(0)", "")
    number = _PHONE_FILLING.sub("", text)
    number = f"+{number[2:]}" if number.startswith("00") else number
    if number.isascii() and number.isdigit():
        raise Unfit("Start the phone number with + and the country code, such as +49 30 1234567.")
    if not _PHONE.fullmatch(number):
        raise Unfit("Enter a phone number with country code and 7 to 15 digits, such as +49 30 1234567.")
    return number


def clean_url(_field: Field, raw: object, _place: Place) -> str:
    """A web address that starts with http:// or https://; a bare host name gets https://."""
    text = written(raw)
    if len(text) > LONGEST_URL:
        raise Unfit(f"Shorten this web address to {LONGEST_URL:,} characters.")
    if _BARE_HOST.fullmatch(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, None
    if parts is None or parts.scheme not in ("http", "https") or re.search(r"\s", text) or "\\" in text:
        raise Unfit("Enter a web address that starts with https:// or http://, without spaces.")
    if not host or not _HOST.fullmatch(host):
        raise Unfit("Enter a whole web address, such as https://example.com/page.")
    if parts.username is not None:
        raise Unfit("Remove the user name before the @: a web address must not carry a login.")
    return f"{parts.scheme}{text[len(parts.scheme) :]}"


def show_text(_field: Field, stored: object, _place: Place) -> str:
    """As it was written."""
    return str(stored)


def text_terms(_field: Field, stored: object) -> tuple[IndexTerm, ...]:
    """Folded text."""
    return (IndexTerm(text=fold(str(stored))),)

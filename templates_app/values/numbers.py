"""Field kinds that count: integer, decimal, money. Exact: only the index is in binary floating point."""

import re
from collections.abc import Mapping
from decimal import Decimal

from templates_app.definition import Field
from templates_app.values.currencies import DECIMALS
from templates_app.values.unfit import IndexTerm, Place, Unfit, written

LARGEST_INTEGER = 2**53
MOST_DIGITS = 20
MOST_CHARACTERS = 60  # of a number with its grouping, or of an amount with its currency
_GROUPING = str.maketrans("", "", " \u00a0\u202f\u2009_'’")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = {  # thousands separator: numbers written with it (and the other sign as the decimal one)
    ",": re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[+-]?[0-9]{1,3}(?:,[0-9]{3}){2,}"),
    ".": re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*|[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}"),
}
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]*")
_UNCLEAR_COMMA = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
# No two parts of it can take the same character, so it reads any text in one go.
_CURRENCY = re.compile(r"(?P<before>[A-Za-z]{3})?(?P<amount>[^A-Za-z]*)(?P<after>[A-Za-z]{3})?")


def clean_integer(_field: Field, raw: object, _place: Place) -> int:
    """A whole number between -2^53 and 2^53, so every browser and spreadsheet reads it back unchanged."""
    number = _number(raw, example="1250")
    if number != number.to_integral_value():
        raise Unfit("Enter a whole number, without decimals.")
    if abs(number) > LARGEST_INTEGER:
        raise Unfit(f"Enter a number between -{LARGEST_INTEGER:,} and {LARGEST_INTEGER:,}.")
    return int(number)


def clean_decimal(_field: Field, raw: object, _place: Place) -> str:
    """An exact number with at most 20 digits, kept with the decimals it was written with."""
    return _as_text(_number(raw))


def clean_money(field: Field, raw: object, _place: Place) -> dict[str, str]:
    """An amount and its currency. Text may carry both ("12.50 EUR"); the field's currency is the default."""
    amount, code = _money_parts(raw)
    currency = (code or field.currency or "").upper()
    if not currency:
        raise Unfit("Add the currency, such as 12.50 EUR.")
    if currency not in DECIMALS:
        raise Unfit(f"{currency[:10]} is not a currency. Use its three letters, such as EUR or USD.")
    number, places = _number(amount), DECIMALS[currency]
    exact = number.quantize(Decimal(1).scaleb(-places))
    if exact != number:
        raise Unfit(f"{currency} has {places or 'no'} decimals. Round the amount.")
    return {"amount": _as_text(exact), "currency": currency}


def amount_in(text: str) -> str:
    """Return the number in an amount of money as it stands there, without its currency; empty where it has none."""
    text = text.strip()
    found = _CURRENCY.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    return found["amount"].strip().strip("€£ \u00a0\u202f") if found else ""


def currency_in(text: str) -> str:
    """Return the currency in an amount of money as it stands there, three letters; empty where it has none."""
    found = _money_text(text)
    return (found["before"] or found["after"] or "").upper() if found else ""


def _money_text(text: str) -> re.Match[str] | None:
    """Return the parts of an amount of money in text, or None where it is none or has two currencies."""
    text = _with_codes(text)
    found = _CURRENCY.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    return None if found and found["before"] and found["after"] else found


def _with_codes(text: str) -> str:
    return written(text).replace("€", "EUR").replace("£", "GBP")


def _money_parts(raw: object) -> tuple[object, str]:
    if isinstance(raw, Mapping):
        unknown = set(raw) - {"amount", "currency"}
        currency = raw.get("currency") or ""
        if unknown or "amount" not in raw or not isinstance(currency, str):
            raise Unfit('Give money as {"amount": "12.50", "currency": "EUR"}.')
        return raw["amount"], written(currency)
    if not isinstance(raw, str):
        return raw, ""
    if len(_with_codes(raw)) > MOST_CHARACTERS:
        raise Unfit(f"Enter an amount with at most {MOST_DIGITS} digits, such as 12.50 EUR.")
    found = _money_text(raw)
    if not found:
        raise Unfit("Enter an amount and at most one currency, such as 12.50 EUR.")
    return found["amount"].strip(), found["before"] or found["after"] or ""


def _number(raw: object, *, example: str = "1250.50") -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise Unfit(f"Enter a number, such as {example}.")
    if isinstance(raw, int) and abs(raw) >= 10**MOST_DIGITS:
        raise Unfit(f"Enter a number with at most {MOST_DIGITS} digits.")
    text = raw.strip() if isinstance(raw, str) else format(Decimal(str(raw)), "f")
    if len(text) > MOST_CHARACTERS:
        raise Unfit(f"Enter a number with at most {MOST_DIGITS} digits.")
    number = Decimal(_with_decimal_point(text.translate(_GROUPING).replace("\u2212", "-"), example))
    if len(_digits(number)) > MOST_DIGITS:
        raise Unfit(f"Enter a number with at most {MOST_DIGITS} digits.")
    return number


def _with_decimal_point(text: str, example: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    if _GROUPED[","].fullmatch(text):
        return text.replace(",", "")
    if _GROUPED["."].fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _UNCLEAR_COMMA.fullmatch(text):
        whole, decimal = text.replace(",", ""), text.replace(",", ".")
        raise Unfit(f"{text} could mean two things. Write {whole} or {decimal}.")
    if _DECIMAL_COMMA.fullmatch(text) and any(character.isdigit() for character in text):
        return text.replace(",", ".")
    raise Unfit(f"Enter a number, such as {example}.")


def _digits(number: Decimal) -> str:
    return format(number, "f").lstrip("+-0").replace(".", "")


def _as_text(number: Decimal) -> str:
    text = format(number or abs(number), "f")
    return text.removesuffix(".")


def show_integer(field: Field, stored: object, place: Place) -> str:
    """Thousands apart, with the field's unit: 12 500 km."""
    return _with_unit(place.writing.write_number(str(stored)), field.unit)


def show_decimal(field: Field, stored: object, place: Place) -> str:
    """As an integer, with all its decimals."""
    return _with_unit(place.writing.write_number(str(stored)), field.unit)


def show_money(_field: Field, stored: object, place: Place) -> str:
    """The amount, then the currency: 12 500.00 EUR."""
    money = stored if isinstance(stored, Mapping) else {}
    return _with_unit(
        place.writing.write_number(str(money.get("amount", ""))), str(money.get("currency", ""))
    )


def _with_unit(text: str, unit: str) -> str:
    return f"{text}\u00a0{unit}" if unit else text


def number_terms(_field: Field, stored: object) -> tuple[IndexTerm, ...]:
    """The nearest double: exact up to 2^53, fine for sorting beyond."""
    return (IndexTerm(number=float(str(stored))),)


def money_terms(_field: Field, stored: object) -> tuple[IndexTerm, ...]:
    """The amount as number and the currency as text, in one row."""
    money = stored if isinstance(stored, Mapping) else {}
    return (IndexTerm(text=str(money["currency"]).casefold(), number=float(str(money["amount"]))),)

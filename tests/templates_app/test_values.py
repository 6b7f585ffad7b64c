import math
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from time import thread_time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefy.writing import WRITINGS
from templates_app.definition import FIELD_KINDS, Field, Option
from templates_app.values import (
    KINDS,
    IndexTerm,
    Place,
    Typed,
    Unfit,
    as_typed,
    clean,
    fold,
    index_terms,
    show,
)

OPTIONS = (Option("low", "Low"), Option("high", "High risk"), Option("old", "Old", is_retired=True))
ANA = "0192f0c1-2345-7abc-8def-0123456789ab"
BEN = "0192f0c1-2345-7abc-8def-0123456789ac"
BERLIN = Place(
    zone=ZoneInfo("Europe/Berlin"), members={ANA: "Ana Moreno", BEN: "Ben"}, active_members=frozenset({ANA})
)


def of(kind: str, **more) -> Field:
    return Field("x", "X", kind, options=OPTIONS if kind in ("choice", "choices") else (), **more)


GOOD = [
    ("text", "  Vendor A ", "Vendor A"),
    ("text", "e\u0301", "é"),
    ("long_text", "one\r\ntwo", "one\ntwo"),
    ("integer", "12 500", 12500),
    ("integer", -3, -3),
    ("integer", 5.0, 5),
    ("integer", 2**53, 2**53),
    ("decimal", "12.50", "12.50"),
    ("decimal", "1,234.5", "1234.5"),
    ("decimal", "1.234,5", "1234.5"),
    ("decimal", "0,5", "0.5"),
    ("decimal", "1,234,567", "1234567"),
    ("decimal", 12.5, "12.5"),
    ("decimal", "-0.0", "0.0"),
    ("decimal", "−7", "-7"),
    ("money", "12.5 EUR", {"amount": "12.50", "currency": "EUR"}),
    ("money", "EUR  12.5 ", {"amount": "12.50", "currency": "EUR"}),
    ("money", "12.5EUR", {"amount": "12.50", "currency": "EUR"}),
    ("money", "€1 000", {"amount": "1000.00", "currency": "EUR"}),
    ("money", {"amount": 7, "currency": "jpy"}, {"amount": "7", "currency": "JPY"}),
    ("money", {"amount": "1.5", "currency": "KWD"}, {"amount": "1.500", "currency": "KWD"}),
    ("date", "2026-01-31", "2026-01-31"),
    ("date", date(2026, 1, 31), "2026-01-31"),
    ("datetime", "2026-01-31 10:00", "2026-01-31T09:00:00Z"),
    ("datetime", "2026-07-31T10:00:05.25", "2026-07-31T08:00:05.250000Z"),
    ("datetime", "2026-01-31T10:00:00+05:30", "2026-01-31T04:30:00Z"),
    ("datetime", datetime(2026, 1, 31, 10, tzinfo=UTC), "2026-01-31T10:00:00Z"),
    ("datetime", "9998-12-31T23:30:00Z", "9998-12-31T23:30:00Z"),
    ("yes_no", "yes", True),
    ("yes_no", False, False),
    ("choice", "low", "low"),
    ("choice", "high RISK", "high"),
    ("choices", ["high", "low", "high"], ["low", "high"]),
    ("choices", "low", ["low"]),
    ("member", ANA.upper(), ANA),
    ("member", UUID(ANA), ANA),
    ("email", " Ana.B+x@Example.COM ", "Ana.B+x@example.com"),
    ("email", "ana@bücher.example", "ana@bücher.example"),
    ("phone", "+49 (0)30 / 123-4567", "+49301234567"),
    ("phone", "0044 20 7946 0958", "+442079460958"),
    ("url", "HTTPS://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
    ("url", "example.com/path", "https://example.com/path"),
    ("url", "http://localhost:8000/", "http://localhost:8000/"),
]


@pytest.mark.parametrize(("kind", "raw", "stored"), GOOD)
def test_a_value_is_stored_in_one_form(kind, raw, stored):
    cleaned = clean(of(kind), raw, BERLIN)
    assert cleaned == stored
    assert type(cleaned) is type(stored)


@pytest.mark.parametrize(("kind", "raw", "stored"), GOOD)
def test_what_a_form_shows_again_is_read_back_unchanged(kind, raw, stored):
    assert clean(of(kind), as_typed(of(kind), stored, BERLIN), BERLIN) == stored


@pytest.mark.parametrize(
    ("kind", "raw", "remedy"),
    [
        ("text", "two\nlines", "one line"),
        ("text", "x" * 501, "500 characters"),
        ("text", "nul\x00", "U+0000"),
        ("text", "half \ud800", "U+D800"),
        ("text", 5, "Enter text"),
        ("long_text", "x" * 20_001, "20,000"),
        ("integer", "1.5", "whole number"),
        ("integer", 2**53 + 1, "between"),
        ("integer", True, "Enter a number"),
        ("integer", "twelve", "Enter a number"),
        ("decimal", "1,234", "1234 or 1.234"),
        ("decimal", "1e5", "Enter a number"),
        ("decimal", "9" * 21, "20 digits"),
        ("decimal", math.nan, "Enter a number"),
        ("decimal", math.inf, "Enter a number"),
        ("decimal", 1e300, "20 digits"),
        ("decimal", ".", "Enter a number"),
        ("decimal", ",", "Enter a number"),
        ("decimal", [], "a number"),
        ("money", "12.50", "Add the currency"),
        ("money", "12.505 EUR", "2 decimals"),
        ("money", "1.5 JPY", "no decimals"),
        ("money", "5 XYZ", "not a currency"),
        ("money", "EUR 5 USD", "at most one currency"),
        ("money", {"sum": 5}, "amount"),
        ("money", {"amount": "5", "currency": 7}, "amount"),
        ("date", "31.01.2026", "2026-01-31"),
        ("date", "2026-02-30", "calendar"),
        ("date", "0026-02-03", "four digits"),
        ("date", datetime(2026, 1, 1, tzinfo=UTC), "year-month-day"),
        ("datetime", "2026-01-31", "a day and a time"),
        ("datetime", "2026-03-29T02:30", "clocks go forward"),
        ("datetime", "9999-12-31T23:59-12:00", "9999"),
        ("datetime", "9999-12-31T23:30:00Z", "before the year 9999"),
        ("datetime", "9998-12-31T23:30:00-01:00", "before the year 9999"),
        ("datetime", "2026-13-01T10:00", "calendar"),
        ("yes_no", "maybe", "yes or no"),
        ("yes_no", 2, "yes or no"),
        ("choice", "medium", "Low, High risk"),
        ("choice", "old", "no longer offered"),
        ("choices", ["low", 5], "from the list"),
        ("choices", {"low": 1}, "from the list"),
        ("member", "ana", "from the list"),
        ("member", str(UUID(int=5)), "not a member"),
        ("member", BEN, "no longer active"),
        ("email", "ana@example", "ana@example.com"),
        ("email", "a@b.com, c@d.com", "one e-mail"),
        ("email", ".ana@example.com", "one e-mail"),
        ("email", "ana@exa_mple..com", "one e-mail"),
        ("phone", "030 1234567", "country code"),
        ("phone", "+49 call me", "7 to 15 digits"),
        ("phone", "+1234", "7 to 15 digits"),
        ("url", "javascript:alert(1)", "https://"),
        ("url", "//example.com", "https://"),
        ("url", "https://", "whole web address"),
        ("url", "https://ana:secret@example.com", "login"),
        ("url", "https://exa mple.com", "without spaces"),
        ("url", "https://[::1", "https://"),
        ("url", "https://example.com:99999", "https://"),
        ("url", "https://e.com/" + "x" * 2000, "2,000"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_remedy(kind, raw, remedy):
    if remedy is None:
        assert clean(of(kind), raw, BERLIN) is None
        return
    with pytest.raises(Unfit) as refused:
        clean(of(kind), raw, BERLIN)
    assert remedy in str(refused.value)


def test_a_number_too_long_even_to_be_printed_is_refused():
    with pytest.raises(Unfit, match="20 digits"):
        clean(of("integer"), 10**5000)


@pytest.mark.parametrize("kind", FIELD_KINDS)
@pytest.mark.parametrize("raw", [None, "", "  "])
def test_no_answer_is_stored_as_nothing_shown_as_nothing_and_not_indexed(kind, raw):
    assert clean(of(kind), raw) is None
    assert show(of(kind), None) == ""
    assert index_terms(of(kind), None) == ()


def test_money_without_an_amount_is_no_answer():
    assert clean(of("money"), {"amount": "", "currency": "EUR"}) is None
    assert clean(of("money", currency="EUR"), "12.5") == {"amount": "12.50", "currency": "EUR"}


def test_what_is_no_longer_offered_stays_while_it_is_not_changed():
    assert clean(of("choice"), "old", current="old") == "old"
    assert clean(of("choices"), ["old", "low"], current=["old"]) == ["low", "old"]
    assert clean(of("member"), BEN, BERLIN, current=BEN) == BEN
    assert clean(of("money"), "5 EUR", current={"amount": "4.00", "currency": "EUR"})["amount"] == "5.00"


@pytest.mark.parametrize(
    ("kind", "stored", "shown"),
    [
        ("text", "Vendor A", "Vendor A"),
        ("integer", -12500, "-12\u202f500"),
        ("decimal", "1234.50", "1\u202f234.50"),
        ("money", {"amount": "-0.50", "currency": "EUR"}, "-0.50\u00a0EUR"),
        ("date", "2026-01-05", "5 Jan 2026"),
        ("datetime", "2026-01-31T23:30:00Z", "1 Feb 2026, 00:30"),
        ("yes_no", False, "No"),
        ("choice", "high", "High risk"),
        ("choices", ["low", "old"], "Low, Old"),
        ("member", ANA, "Ana Moreno"),
        ("member", str(UUID(int=5)), "a former member"),
    ],
)
def test_a_stored_value_is_shown_for_people(kind, stored, shown):
    assert show(of(kind), stored, BERLIN) == shown


def test_a_unit_follows_the_number():
    assert show(of("integer", unit="km"), 5) == "5\u00a0km"


@pytest.mark.parametrize(
    ("kind", "stored", "terms"),
    [
        ("text", "  Straße ﬁn ", [IndexTerm(text="strasse fin")]),
        ("long_text", "x" * 999, [IndexTerm(text="x" * 200)]),
        ("integer", 7, [IndexTerm(number=7.0)]),
        ("decimal", "12.50", [IndexTerm(number=12.5)]),
        ("money", {"amount": "12.50", "currency": "EUR"}, [IndexTerm(text="eur", number=12.5)]),
        ("date", "2026-01-31", [IndexTerm(instant=datetime(2026, 1, 31, tzinfo=UTC))]),
        ("datetime", "2026-01-31T10:00:00Z", [IndexTerm(instant=datetime(2026, 1, 31, 10, tzinfo=UTC))]),
        ("yes_no", True, [IndexTerm(number=1.0)]),
        ("choice", "low", [IndexTerm(text="low")]),
        ("choices", ["low", "high"], [IndexTerm(text="low"), IndexTerm(text="high")]),
        ("member", ANA, [IndexTerm(text=ANA)]),
        ("email", "Ana@example.com", [IndexTerm(text="ana@example.com")]),
        ("phone", "+49301234567", [IndexTerm(text="+49301234567")]),
        ("url", "https://Example.com", [IndexTerm(text="https://example.com")]),
    ],
)
def test_a_stored_value_is_indexed_by_its_type(kind, stored, terms):
    assert list(index_terms(of(kind), stored)) == terms


def test_every_kind_of_the_definition_has_its_behaviour_and_every_example():
    assert tuple(KINDS) == FIELD_KINDS
    assert {kind for kind, _, _ in GOOD} == set(FIELD_KINDS)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.decimals()
    | st.datetimes()
    | st.uuids(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(FIELD_KINDS), ANYTHING)
def test_nothing_but_a_sentence_ever_comes_out_of_a_wrong_value(kind, raw):
    try:
        stored = clean(of(kind), raw, BERLIN)
    except Unfit as refused:
        sentence = str(refused)
    else:
        sentence = "."
        assert clean(of(kind), as_typed(of(kind), stored, BERLIN), BERLIN) == stored
        assert isinstance(show(of(kind), stored, BERLIN), str)
        assert all(isinstance(term, IndexTerm) for term in index_terms(of(kind), stored))
    assert sentence.endswith(".")


@given(st.sampled_from(["integer", "decimal", "money", "date", "datetime", "email", "phone", "url"]), st.text(
    alphabet="0123456789.,+- '€EUR:/@aT[]Z()", max_size=24))  # fmt: skip
def test_text_that_looks_like_a_value_is_read_or_refused(kind, raw):
    try:
        stored = clean(of(kind), raw, BERLIN)
    except Unfit:
        return
    assert clean(of(kind), stored, BERLIN) == stored


# Each is what one of the patterns likes at first and cannot take in the end.
HOSTILE = [
    f"{head}{filling * (20_000 // len(filling))}{tail}"
    for head, filling, tail in (
        ("EUR", " ", "ab"), ("EUR ", "\u00a0", "5 ab"), ("", "1,", "x"), ("", "1.111,", "x"), ("-", "9", "x"),
        ("2026-01-31 ", " ", "x"), ("2026-01-31 10:00", "0", "x"), ("", "1. ", "x"), ("", "a", "@"),
        ("a@", "a.", "!"), ("a@", "a-", "!"), ("+49", "(0)-", "x"), ("https://", "a.", " "), ("", "a_", "/ "),
        ("http://", "[", "]"), ("", "e\u0301", "@"), ("", "\ufdfa", ""),
    )
]  # fmt: skip


@pytest.mark.parametrize("kind", FIELD_KINDS)
@pytest.mark.parametrize("locale", [None, "de-ch"])
def test_twenty_thousand_hostile_characters_are_judged_in_no_time(kind, locale):
    field, dear = of(kind), []
    for text in HOSTILE:
        began = thread_time()
        with suppress(Unfit):
            clean(field, Typed(text, WRITINGS[locale]) if locale else text, BERLIN)
        dear += [(text[:12], spent) for spent in [thread_time() - began] if spent > 0.25]
    assert not dear


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15))
def test_a_decimal_keeps_its_exact_value(number):
    assert Decimal(clean(of("decimal"), str(number))) == number


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
    assert len(fold(text)) <= 200

"""Locales: what is written is read back as it was, and what would have to be guessed is refused with an example."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefy.writing import WRITINGS, Unread, writing, written_as
from templates_app.definition import Field
from templates_app.values import Place, Typed, Unfit, as_typed, clean, show
from templates_app.values.currencies import DECIMALS

LOCALES = st.sampled_from(sorted(WRITINGS))
DAYS = st.dates(min_value=date(1000, 1, 1))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
AMOUNTS = st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(["EUR", "JPY", "KWD", "USD"]))


def of(kind):
    return Field("x", "X", kind)


def stored_money(amount, currency):
    exact = Decimal(amount).scaleb(-DECIMALS[currency])
    return {"amount": format(exact or abs(exact), "f"), "currency": currency}


STORED = st.one_of(
    st.tuples(st.just("integer"), st.integers(-(2**53), 2**53)),
    st.tuples(st.just("decimal"), NUMBERS.map(lambda number: format(number or abs(number), "f"))),
    st.tuples(st.just("money"), AMOUNTS.map(lambda parts: stored_money(*parts))),
    st.tuples(st.just("date"), DAYS.map(date.isoformat)),
    st.tuples(st.just("text"), st.sampled_from(["1.234,56", "31.12.2026", "12/31/2026"])),
    st.tuples(st.just("yes_no"), st.booleans()),
)


@given(LOCALES, STORED)
def test_what_an_edit_form_shows_is_what_it_says_when_it_comes_back(locale, pair):
    kind, stored = pair
    place = Place(writing=WRITINGS[locale])
    typed = Typed(as_typed(of(kind), stored, place), WRITINGS[locale])
    assert clean(of(kind), typed) == stored
    assert clean(of(kind), typed, current=stored) == stored


@given(LOCALES, STORED)
def test_what_a_screen_shows_can_be_typed(locale, pair):
    kind, stored = pair
    shown = show(of(kind), stored, Place(writing=WRITINGS[locale]))
    assert clean(of(kind), Typed(shown, WRITINGS[locale])) == stored


@given(LOCALES, ZONES, st.integers(631152000, 3786912000))
def test_an_untouched_instant_stays_also_in_an_hour_that_comes_twice(locale, zone, seconds):
    place = Place(zone=ZoneInfo(zone), writing=WRITINGS[locale])
    stored = clean(of("datetime"), datetime.fromtimestamp(seconds, UTC))
    typed = Typed(as_typed(of("datetime"), stored, place), WRITINGS[locale])
    assert clean(of("datetime"), typed, place, current=stored) == stored


@given(LOCALES, DAYS, st.times())
def test_a_day_and_a_time_as_shown_are_read(locale, day, at):
    written = WRITINGS[locale]
    assert written.read_day(written.write_day(day)) == day.isoformat()
    text = f"{written.write_day(day)}, {written.write_time(at)}"
    assert written.read_instant(text) == f"{day.isoformat()}T{at:%H:%M}"


@pytest.mark.parametrize(
    ("locale", "kind", "typed", "stored"),
    [
        ("de", "decimal", "1.234,56", "1234.56"),
        ("de", "integer", "1.234", 1234),
        ("de", "decimal", "-0,5", "-0.5"),
        ("de", "money", "1.234,56 EUR", {"amount": "1234.56", "currency": "EUR"}),
        ("de", "money", "€ 1.234,5", {"amount": "1234.50", "currency": "EUR"}),
        ("de", "date", "31.12.2026", "2026-12-31"),
        ("de", "date", "1.2.2026", "2026-02-01"),
        ("de", "date", "2026-12-31", "2026-12-31"),
        ("de", "datetime", "31.12.2026, 15:05", "2026-12-31T15:05:00Z"),
        ("de-ch", "decimal", "1’234.56", "1234.56"),
        ("de-ch", "decimal", "1'234.56", "1234.56"),
        ("en-us", "decimal", "1,234.56", "1234.56"),
        ("en-us", "integer", "1,234", 1234),
        ("en-us", "date", "12/31/2026", "2026-12-31"),
        ("en-us", "date", "Dec 31, 2026", "2026-12-31"),
        ("en-us", "datetime", "12/31/2026 3:05 pm", "2026-12-31T15:05:00Z"),
        ("en-us", "datetime", "12/31/2026 12:05 AM", "2026-12-31T00:05:00Z"),
        ("en-gb", "date", "31/12/2026", "2026-12-31"),
        ("fr", "decimal", "1 234,56", "1234.56"),
        ("sv", "date", "2026-12-31", "2026-12-31"),
        ("ja", "date", "2026/12/31", "2026-12-31"),
        ("nl", "date", "31-12-2026", "2026-12-31"),
        ("cs", "date", "31.12.2026", "2026-12-31"),
    ],
)
def test_people_type_as_they_write(locale, kind, typed, stored):
    assert clean(of(kind), Typed(typed, WRITINGS[locale])) == stored


@pytest.mark.parametrize(
    ("locale", "kind", "typed", "sentence"),
    [
        ("de", "decimal", "1,234.56", "Write the number as 1.234,56."),
        ("de", "decimal", "1234.56", "Write the number as 1.234,56."),
        ("de", "money", "1234.56 EUR", "Write the number as 1.234,56."),
        ("en-us", "decimal", "1.234,56", "Write the number as 1,234.56."),
        ("en-us", "decimal", "1,5", "Write the number as 1,234.56."),
        ("en-us", "integer", "12,34", "Write the number as 1,234.56."),
        ("de", "date", "12/31/2026", "Write the day as 31.12.2026."),
        ("en-gb", "date", "31.12.2026", "Write the day as 31/12/2026."),
        ("en-us", "date", "31/12/2026", "31"),
        ("en-us", "date", "1/2/26", "Write the day as 12/31/2026."),
        ("sv", "date", "31/12/2026", "Write the day as 2026-12-31."),
        ("en-us", "datetime", "12/31/2026 15:05 PM", "Write the time as 3:05 PM."),
        ("de", "datetime", "31.12.2026 25:05", "Write the time as 15:05."),
        ("en", "decimal", "1,234", "could mean two things"),
    ],
)
def test_what_is_written_in_another_way_is_refused_with_an_example(locale, kind, typed, sentence):
    with pytest.raises(Unfit, match=sentence.replace(".", r"\.")):
        clean(of(kind), Typed(typed, WRITINGS[locale]))


def test_plain_text_has_no_locale():
    """The API speaks ISO and dots, whatever the organization's locale."""
    place = Place(writing=WRITINGS["de"])
    assert clean(of("decimal"), "1234.56", place) == "1234.56"
    with pytest.raises(Unfit):
        clean(of("date"), "31.12.2026", place)


def test_an_hour_that_does_not_exist_is_refused_and_of_one_that_comes_twice_it_is_the_first():
    berlin = Place(zone=ZoneInfo("Europe/Berlin"), writing=WRITINGS["de"])
    with pytest.raises(Unfit, match="02:30 does not exist on that day: the clocks go forward"):
        clean(of("datetime"), Typed("2026-03-29T02:30", WRITINGS["de"]), berlin)
    first, second = "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"
    assert clean(of("datetime"), "2026-10-25T02:30", berlin) == first
    assert clean(of("datetime"), "2026-10-25T02:30", berlin, current=second) == second
    assert clean(of("datetime"), "2026-10-25T02:30+01:00", berlin) == second


def test_a_writing_holds_while_its_block_runs():
    with written_as("de"):
        assert writing().write_time(time(15, 5)) == "15:05"
        assert writing().name == "German (Germany)"
    with written_as("tlh"):
        assert writing() is WRITINGS["en"]


@pytest.mark.parametrize("text", ["", "x", "31.12.", "..", "1.1.1"])
def test_no_day_is_no_day(text):
    with pytest.raises(Unread):
        WRITINGS["de"].read_day(text)

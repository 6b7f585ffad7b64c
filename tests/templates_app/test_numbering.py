from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.numbering import UnreadablePattern, parse_pattern

DAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("pattern", "period", "rendered"),
    [
        ("PO-{year}-{number:05}", "2026", "PO-2026-00017"),
        ("{number}", "", "17"),
        ("C{number:4}", "", "C0017"),
        ("{year}.{month}/{number}".replace("/", "-"), "2026-03", "2026.03-17"),
        ("{year}{month}{day}-{number:03}", "2026-03-09", "20260309-017"),
    ],
)
def test_a_pattern_names_the_period_and_renders_the_number(pattern, period, rendered):
    parsed = parse_pattern(pattern)
    assert parsed.period(DAY) == period
    assert parsed.render(17, DAY) == rendered


@pytest.mark.parametrize(
    ("pattern", "remedy"),
    [
        ("", "Write for example PO-{year}-{number:05}"),
        ("PO-{year}", "Add {number}"),
        ("{month}-{number}", "Add {year}"),
        ("{year}-{day}-{number}", "Add {month}"),
        ("{number}-{number}", "once"),
        ("{nummer}", "{number}"),
        ("{number:0}", "{number:05}"),
        ("{number", "curly bracket"),
        ("number}", "curly bracket"),
        ("P O-{number}", "no spaces"),
        ("<b>{number}", "letters, digits"),
        ("P" * 60 + "{number}", "at most 60"),
    ],
)
def test_a_pattern_that_cannot_number_cases_says_what_to_write(pattern, remedy):
    with pytest.raises(UnreadablePattern) as refused:
        parse_pattern(pattern)
    assert remedy in str(refused.value)


def test_a_number_wider_than_its_pattern_is_not_cut():
    assert parse_pattern("{number:02}").render(12345, DAY) == "12345"


@given(
    st.sampled_from(
        ["{year}{number}", "{number}{year}", "A{year}{month}{number:02}7", "{number}", "7{number}8"]
    ),
    st.lists(st.tuples(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 200)), max_size=30),
)
def test_two_cases_never_get_the_same_number(pattern, cases):
    parsed = parse_pattern(pattern)
    taken = {(parsed.period(on), number): parsed.render(number, on) for on, number in cases}
    assert len(set(taken.values())) == len(taken)

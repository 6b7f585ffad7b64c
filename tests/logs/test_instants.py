"""Times the way logs write them."""

from datetime import UTC, datetime
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.logs.instants import (
    InstantReader,
    canonical,
    day_first_evidence,
    guess_day_first,
    has_open_order,
    reader_for,
)

EARLIEST, LATEST = datetime(1900, 1, 2), datetime(9998, 12, 31)  # noqa: DTZ001  hypothesis adds the zone
MOMENTS = st.datetimes(min_value=EARLIEST, max_value=LATEST, timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-02-29T01:23:00+00:00", "2016-02-29T01:23:00+00:00"),
        ("2016-02-29T01:23:00Z", "2016-02-29T01:23:00+00:00"),
        ("2016-02-29 01:23:00", "2016-02-29T01:23:00+00:00"),
        ("2016-02-29T01:23:00.5+02:00", "2016-02-28T23:23:00.500000+00:00"),
        ("2016-02-29T01:23:00,25Z", "2016-02-29T01:23:00.250000+00:00"),
        ("2016-02-29T01:23:00.123456789Z", "2016-02-29T01:23:00.123456+00:00"),
        ("2016-02-29", "2016-02-29T00:00:00+00:00"),
        ("20160229", "2016-02-29T00:00:00+00:00"),
        ("2016/02/29 01:23", "2016-02-29T01:23:00+00:00"),
        ("29/2/2016 01:23", "2016-02-29T01:23:00+00:00"),
        ("29.02.2016 01:23:45", "2016-02-29T01:23:45+00:00"),
        ("29-Feb-2016 1:23 PM", "2016-02-29T13:23:00+00:00"),
        ("Feb 29, 2016 12:23:00 am", "2016-02-29T00:23:00+00:00"),
        ("Mon, 29 Feb 2016 01:23:00 +0100", "2016-02-29T00:23:00+00:00"),
        ("2016-02-29 01:23:00 UTC", "2016-02-29T01:23:00+00:00"),
        ("1456708980", "2016-02-29T01:23:00+00:00"),
        ("1456708980.25", "2016-02-29T01:23:00.250000+00:00"),
        ("1456708980123", "2016-02-29T01:23:00.123000+00:00"),
        ("1456708980123456", "2016-02-29T01:23:00.123456+00:00"),
        ("1456708980123456789", "2016-02-29T01:23:00.123456+00:00"),
        (" 2016-02-29 ", "2016-02-29T00:00:00+00:00"),
        ("42429.057638889", "2016-02-29T01:23:00+00:00"),
        ("42429,5", "2016-02-29T12:00:00+00:00"),
        ("42429", "2016-02-29T00:00:00+00:00"),
    ],
)
def test_a_moment_is_read(text, moment):
    assert canonical(InstantReader().read(text)) == moment


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "2016", "31/2/2016", "2016-02-30", "2016-02-29T25:00:00Z", "29/Foo/2016", "13 PM",
     "1:61 1/1/2020",
     "0001-01-01T00:00:00+05:00", "²²²²²²²²", "29-Feb-2016 13:23 PM", "NaN", "12.5",
     "19999", "80000", "42429.", "4242.5"],
)  # fmt: skip
def test_what_is_no_moment_is_a_value_error_and_nothing_else(text):
    with pytest.raises(ValueError):
        InstantReader().read(text)


@pytest.mark.parametrize(
    "start", ["1/2/2016 12:00", "1/2/2016", "2016-02-29 12:00:00", "29-Feb-2016", "Feb 29", "29", "Mon"]
)
@pytest.mark.parametrize("filling", [" ", ",", "-", "0", "\u2003"])
def test_a_cell_full_of_anything_is_no_moment_and_known_for_that_in_no_time(start, filling):
    text, began = f"{start}{filling * 100_000}x", thread_time()
    with pytest.raises(ValueError):
        InstantReader().read(text)
    assert (day_first_evidence(text), has_open_order(text)) == (None, False)
    assert thread_time() - began < 0.25


@pytest.mark.parametrize("filling", [" ", "\t", "\u2003"])
def test_a_moment_with_many_blanks_in_it_is_read_in_one_go(filling):
    assert (
        canonical(InstantReader().read(f"1/2/2016 12:00{filling * 40}pm{filling * 40}Z"))[:13]
        == "2016-02-01T12"
    )


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reader(text):
    try:
        moment = InstantReader().read(text)
    except ValueError:
        return
    assert moment.tzinfo is UTC


@given(MOMENTS)
def test_the_canonical_form_reads_back_as_itself(moment):
    assert InstantReader().read(canonical(moment)) == moment


def test_a_time_without_an_offset_is_local_time_of_the_chosen_zone():
    vienna = reader_for("Europe/Vienna")
    assert canonical(vienna.read("2016-07-01 12:00")) == "2016-07-01T10:00:00+00:00"
    assert canonical(vienna.read("2016-01-01 12:00")) == "2016-01-01T11:00:00+00:00"
    assert canonical(vienna.read("2016-07-01 12:00+00:00")) == "2016-07-01T12:00:00+00:00"


def test_an_unknown_zone_is_named():
    with pytest.raises(ValueError, match="Europe/Nowhere"):
        reader_for("Europe/Nowhere")
    with pytest.raises(ValueError, match="no time zone"):
        reader_for("../../etc/passwd")


@pytest.mark.parametrize(
    ("texts", "is_day_first"),
    [
        (["01/02/2016", "13/02/2016"], True),
        (["01/02/2016", "02/13/2016"], False),
        (["01/02/2016 10:00 AM"], False),
        (["01/02/2016 10:00"], True),
        (["2016-02-01"], True),
    ],
)
def test_the_order_of_day_and_month_is_found_in_the_file(texts, is_day_first):
    assert guess_day_first(texts) is is_day_first


def test_the_order_changes_what_is_read():
    assert InstantReader(is_day_first=True).read("1/2/2016").month == 2
    assert InstantReader(is_day_first=False).read("1/2/2016").month == 1
    assert day_first_evidence("1/2/2016") is None

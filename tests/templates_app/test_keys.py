import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.keys import KEY, make_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ready to pay", "ready_to_pay"),
        ("Größe / Maß", "grosse_mass"),
        ("2. Prüfung", "stage_2_prufung"),
        ("審査", "stage"),
        ("x" * 90, "x" * 57),
    ],
)
def test_a_key_resembles_the_name(name, key):
    assert make_key(name, set(), "stage") == key


def test_a_second_one_of_the_same_name_gets_a_number():
    assert make_key("Review", {"review", "review_2"}, "stage") == "review_3"


@given(st.lists(st.text(), max_size=20))
def test_every_key_is_valid_and_unique(names):
    taken = set()
    for name in names:
        key = make_key(name, taken, "field")
        assert KEY.fullmatch(key)
        assert key not in taken
        taken.add(key)

"""SQL statements are the best single predictor of what a request costs: each address's number is committed.

Counted as the server gets them, BEGIN and COMMIT among them. `queries.txt` beside this file has a line for every GET of
the screens and the API, and for what people do most: a change that costs more, or less, changes a line.
"""

import pytest

from tests.queries.sweeping import KEPT, Sweep, kept


@pytest.fixture(scope="module")
def sweep(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        made = Sweep()
        made.few = made.measured()
        made.few |= made.acted()
        made.grow(12)
        made.many = made.measured()
        made.many |= made.acted()
        yield made


def test_an_address_costs_the_same_at_few_rows_and_at_many(sweep):
    differing = {name: (few, sweep.many[name]) for name, few in sweep.few.items() if few != sweep.many[name]}
    assert differing == {}, "statements that grow with the rows: ask once, for all of them"


def test_an_address_costs_what_is_committed(sweep):
    counted, committed = {name: count for name, count in sweep.many.items() if count}, kept()
    lines = [f"- {committed[name]:2} {name}" for name in committed if committed[name] != counted.get(name)]
    lines += [f"+ {counted[name]:2} {name}" for name in counted if committed.get(name) != counted[name]]
    if lines:
        remedy = f"{KEPT.name} says otherwise. A rise needs a reason; then change these lines:"
        pytest.fail("\n".join([remedy, *lines]), pytrace=False)

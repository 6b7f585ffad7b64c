"""A real product, a real browser, and people who are signed in."""

from pathlib import Path

import pytest

from tests.browsers import is_second_try
from tests.journeys.people import Doorman, House
from tests.journeys.product import Product

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """All journeys share one product: they go to one worker, and say that they need a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def product(tmp_path_factory, django_db_setup, django_db_blocker):
    """The running product."""
    made = Product(tmp_path_factory.mktemp("product"), django_db_blocker)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def first_house(product) -> House:
    """The organization of all first tries."""
    return House(product)


@pytest.fixture
def house(request, product, first_house) -> House:
    """An organization with people and templates. A second try has its own: the first one left things in the other."""
    return House(product) if is_second_try(request) else first_house


@pytest.fixture(scope="session")
def sessions(tmp_path_factory) -> Path:
    """Where sessions of people who signed in are kept."""
    return tmp_path_factory.mktemp("sessions")


@pytest.fixture
def windows(browser, house, sessions):
    """Opens windows for people; at the end no page may have complained."""
    doorman = Doorman(browser, house, sessions / house.slug)
    yield doorman
    complaints = doorman.close()
    assert complaints == []


@pytest.fixture
def colleague(windows):
    """A case worker's window."""
    return windows.window("colleague")

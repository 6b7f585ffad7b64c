import pytest

from tests.cases.kit import Office
from tests.cases.planning import asked, filled, guest, world

__all__ = ["asked", "filled", "guest", "world"]


@pytest.fixture
def office(cast) -> Office:
    """Acme with a template in use, in a test whose changes are rolled back."""
    return Office(cast)


@pytest.fixture
def committed_office(committed_cast) -> Office:
    """The office where tests commit."""
    return Office(committed_cast)

import pytest

from tests.cases.kit import Office


@pytest.fixture
def office(committed_cast) -> Office:
    """Acme with a template in use, where what is done is committed."""
    return Office(committed_cast)

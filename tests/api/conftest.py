import pytest
from django.db import connections

from tests.api.kit import Api
from tests.cases.kit import Office
from tests.cast import CommittedCast


@pytest.fixture
def office(committed) -> Office:
    """Acme with a template in use; committed, because the API opens real transactions."""
    return Office(CommittedCast())


@pytest.fixture
def api(office) -> Api:
    """The API as the colleague (a case worker) uses it."""
    return Api.of(office.cast.colleague)


@pytest.fixture
def owner(office) -> Api:
    """The API as the owner uses it."""
    return Api.of(office.cast.owner)


@pytest.fixture(scope="module")
def shared_office(django_db_setup, django_db_blocker) -> Office:
    """An office for a whole file of tests that refuse or only look. Committed."""
    with django_db_blocker.unblock():
        yield Office(CommittedCast())
        connections.close_all()


@pytest.fixture
def shared_owner(committed, shared_office) -> Api:
    """The API as the owner of the shared office uses it."""
    with_owner = getattr(shared_office, "api_of_owner", None)
    if with_owner is None:
        with_owner = shared_office.api_of_owner = Api.of(shared_office.cast.owner)
    return with_owner

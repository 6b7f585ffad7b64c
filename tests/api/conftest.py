from contextlib import contextmanager

import pytest
from django.db import transaction

from tenants.scope import scoped_to
from tests.api.kit import Api
from tests.cases.kit import Office
from tests.cast import Cast


class CommittedCast(Cast):
    """The cast where tests commit: looking at rows opens a transaction, as every look at rows must."""

    @property
    def scope(self):
        return self._scope()

    @contextmanager
    def _scope(self):
        with scoped_to(self.organization.id), transaction.atomic():
            yield


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

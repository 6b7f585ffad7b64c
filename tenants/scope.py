"""The tenant boundary: a query that names no organization is an error, not a leak."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction
from django_scopes import scope

_organization_id: ContextVar[UUID | None] = ContextVar("organization_id", default=None)
_read_only: ContextVar[bool] = ContextVar("read_only", default=False)

SETTING = "casefy.organization"


class NoTenant(RuntimeError):
    """Something that belongs to an organization was asked for outside of any."""


def current_organization_id() -> UUID:
    """Return the organization in scope. Raises NoTenant where there is none."""
    organization_id = _organization_id.get()
    if organization_id is None:
        raise NoTenant("Enter an organization first: `with scoped_to(organization_id):`")
    return organization_id


def opening_statement() -> str:
    """Return what every transaction starts with: BEGIN, and the tenant where one is in scope."""
    begin = "BEGIN READ ONLY" if _read_only.get() else "BEGIN"
    organization_id = _organization_id.get()
    if organization_id is None:
        return begin
    return f"{begin}; {_tell_statement(organization_id)}"


@contextmanager
def scoped_to(organization_id: UUID) -> Iterator[None]:
    """Work inside one organization: its rows, and nothing else, can be seen and written.

    Transactions begun inside carry the tenant as their first statement, transaction-locally.
    Inside a transaction that is open already, it is told at once, and taken back at the end.
    """
    before = _organization_id.get()
    already = before == organization_id
    token = _organization_id.set(organization_id)
    try:
        with scope(organization=organization_id):
            if connection.in_atomic_block and not already:
                _tell(organization_id)
            yield
            if connection.in_atomic_block and not already and not connection.needs_rollback:
                _tell(before)
    finally:
        _organization_id.reset(token)


@contextmanager
def entered(organization_id: UUID) -> Iterator[None]:
    """As `scoped_to`, for a transaction in which the database has let the caller in already."""
    token = _organization_id.set(organization_id)
    try:
        with scope(organization=organization_id):
            yield
    finally:
        _organization_id.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Open the one transaction of a question; the database refuses any change inside it.

    A question asked inside a transaction is part of it, and costs no statement of its own.
    """
    if connection.in_atomic_block:
        yield
        return
    with ExitStack() as stack:
        token = _read_only.set(True)
        try:
            stack.enter_context(transaction.atomic())
        finally:
            _read_only.reset(token)
        yield


def _tell(organization_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_tell_statement(organization_id))


def _tell_statement(organization_id: UUID | None) -> str:
    return f"SELECT set_config('{SETTING}', '{organization_id or ''}', true)"

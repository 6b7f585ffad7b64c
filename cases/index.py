"""The typed index and the search document of a case, kept by the act that changes the values."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.db.models import Value as Literal

from casefy.latin import plain_letters
from cases.models import Case, Value
from cases.rows import IndexRow, insert_values
from templates_app.catalogue import TemplateView
from templates_app.values import NOWHERE, Place, index_terms, show

SEARCHED_KINDS = frozenset({"text", "long_text", "email", "phone", "url", "choice", "choices", "integer"})
LONGEST_DOCUMENT = 20_000


def value_rows(case: Case, template: TemplateView, keys: Iterable[str]) -> list[IndexRow]:
    """Return the index rows for the values of these fields of a case."""
    rows: list[IndexRow] = []
    for key in keys:
        field, field_id = template.definition.field(key), template.field_ids.get(key)
        if field is not None and field_id is not None:
            terms = index_terms(field, case.data.get(key))
            rows.extend((field_id, term.text, term.number, term.instant) for term in terms)
    return rows


def index_values(case: Case, template: TemplateView, keys: Iterable[str]) -> None:
    """Bring the typed index up to date with the case's values of these fields."""
    keys = list(keys)
    field_ids = [template.field_ids[key] for key in keys if key in template.field_ids]
    Value.objects.filter(case_id=case.id, field_id__in=field_ids).delete()
    insert_values(case, value_rows(case, template, keys))


def words_of(case: Case, template: TemplateView, place: Place = NOWHERE) -> str:
    """Return the text a case is found by: number, title, outside reference and what its fields say."""
    parts = [case.number, case.title, case.external_ref or ""]
    parts += [
        # A whole number is searched as it is typed, without the blanks it is shown with.
        str(case.data[field.key]) if field.kind == "integer" else show(field, case.data[field.key], place)
        for field in template.definition.active_fields
        if field.kind in SEARCHED_KINDS and case.data.get(field.key) is not None
    ]
    return f"{plain(' '.join(parts))[:LONGEST_DOCUMENT]} {_marks(case, template)}"


def _marks(case: Case, template: TemplateView) -> str:
    """Return what a case without a value in a field is found by: which version it was written by, and its empty fields.

    The slash makes each a word that no search can ask for: `plain` leaves none.
    """
    empty = [
        f"/{template.field_ids[field.key].hex}"
        for field in template.definition.fields
        if case.data.get(field.key) is None and field.key in template.field_ids
    ]
    return " ".join((f"/v{template.version_number}", *empty))


def without_query(field_id: UUID, since: int) -> str:
    """Return a tsquery for every case that lacks a value in a field, which version `since` of the template brought.

    A case last written by an older version, or before there were such marks (/v0), may have no value either.
    """
    return " | ".join((f"'/{field_id.hex}'", *(f"'/v{number}'" for number in range(since))))


def document_of(text: str) -> Any:
    """Return the expression that turns plain words into a search document."""
    return SearchVector(Literal(text), config="simple")


def plain(text: str) -> str:
    """Return text as it is searched: plain small letters, as in keys and addresses, words and their parts alone."""
    bare = text.lower() if text.isascii() else plain_letters(text)
    return " ".join(re.findall(r"\w+", bare))


def as_query(typed: str) -> str:
    """Return a tsquery for what somebody typed: every word must occur, the beginning of a word is enough."""
    return " & ".join(f"{word}:*" for word in plain(typed).split()[:12])

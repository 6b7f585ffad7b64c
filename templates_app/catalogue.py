"""The templates of an organization as cases use them: from memory, keyed by the organization's revision.

Every act on templates bumps the revision, so what is cached is never stale, and a warm request
pays no query for names, colours, fields or moves. Definitions are parsed once per version and
process: published versions never change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from templates_app.definition import Definition
from templates_app.models import FieldIdentity, Template, TemplateVersion
from templates_app.parse import parse


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template as cases use it. Running cases follow its published version at once."""

    id: UUID
    key: str
    name: str
    description: str
    icon: str
    color: str
    state: str
    version_id: UUID
    version_number: int
    definition: Definition
    field_ids: Mapping[str, UUID]
    newer_fields: Mapping[UUID, int]

    def since(self, field_id: UUID) -> int:
        """Return the number of the version that a field was first published with."""
        return self.newer_fields.get(field_id, 1)

    @property
    def takes_new_cases(self) -> bool:
        """Return whether cases can be opened: published and not retired."""
        return self.state == "published"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The templates of one organization that were ever published, at one revision."""

    templates: Mapping[UUID, TemplateView]
    by_key: Mapping[str, TemplateView]

    def template(self, template_id: UUID) -> TemplateView:
        """Return a template by id. Raises KeyError for one that was never published."""
        return self.templates[template_id]

    def in_use(self) -> tuple[TemplateView, ...]:
        """Return the templates that take new cases, by name."""
        return tuple(
            sorted((t for t in self.templates.values() if t.takes_new_cases), key=lambda t: t.name.lower())
        )


@lru_cache(maxsize=64)
def catalogue(organization_id: UUID, revision: int) -> Catalogue:  # noqa: ARG001  both are the cache's key
    """Return the published templates of the organization in scope.

    Costs three queries, once per revision and process.
    """
    rows = list(Template.objects.exclude(published=None))
    versions = {
        version.id: version
        for version in TemplateVersion.objects.filter(id__in=[row.published_id for row in rows]).only(
            "id", "number", "definition"
        )
    }
    field_ids: dict[UUID, dict[str, UUID]] = {}
    newer: dict[UUID, int] = {}
    for template_id, key, id_, since in FieldIdentity.objects.values_list(
        "template_id", "key", "id", "since"
    ):
        field_ids.setdefault(template_id, {})[key] = id_
        if since > 1:
            newer[id_] = since
    views = {}
    for row in rows:
        assert row.published_id is not None
        version = versions[row.published_id]
        views[row.id] = TemplateView(
            row.id, row.key, row.name, row.description, row.icon, row.color, row.state, version.id,
            version.number, published_definition(version.id, version.definition), field_ids.get(row.id, {}), newer,
        )  # fmt: skip
    return Catalogue(views, {view.key: view for view in views.values()})


def published_definition(version_id: UUID, document: Any) -> Definition:
    """Return the definition of a published version, parsed once per process: it never changes."""
    return _parsed(version_id, _Unhashed(document))


class _Unhashed:
    """Carries a document past the cache's key: equal for every copy, since the version's id says it all."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unhashed)


@lru_cache(maxsize=512)
def _parsed(version_id: UUID, carried: _Unhashed) -> Definition:  # noqa: ARG001  the cache's key
    return parse(carried.document)

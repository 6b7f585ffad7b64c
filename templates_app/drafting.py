"""How an act takes hold of a template, and how an edit of its draft is saved and told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from casefy.errors import Conflict, Missing
from templates_app.catalogue import published_definition
from templates_app.definition import Definition, Field, Stage
from templates_app.models import Template, TemplateVersion
from templates_app.parse import parse
from templates_app.patches import patch_between
from templates_app.serialize import to_json
from tenants.actions.configuring import configuring
from tenants.actor import Actor
from tenants.directory import directory
from tenants.locking import locked
from tenants.scope import scoped_to
from timeline.record import record
from timeline.registry import Fact


@dataclass(slots=True)
class Draft:
    """A template held by an act, with the definition being edited and the one in force, if any."""

    template: Template
    definition: Definition
    published: Definition | None
    by: Actor

    def require(self, permission: str) -> None:
        """Raise Forbidden, naming who could, unless the actor may do this."""
        self.by.require(
            permission, lambda name: directory(self.by.organization_id, self.by.revision).who_could(name)
        )

    def put(self, definition: Definition, fact: Callable[..., Fact], **words: Any) -> None:
        """Save an edit and tell it; an edit that changes nothing is no event.

        The first edit after a publication makes the draft, as a copy of the published version.
        """
        patch = patch_between(to_json(self.definition), to_json(definition))
        if not patch:
            return
        document = to_json(definition)
        template = self.template
        if template.draft is None:
            template.draft = self._new_version(document)
        else:
            template.draft.definition = document
            template.draft.save(update_fields=["definition"])
        self.definition = definition
        self.tell(fact(patch=patch, **words), changed=["draft"])

    def put_one(self, edited: tuple[Definition, Stage | Field], fact: Callable[..., Fact]) -> None:
        """Save and tell an edit of one stage or field, which the fact names by key and name."""
        definition, item = edited
        self.put(definition, fact, **{type(item).__name__.lower(): item.key}, name=item.name)

    def tell(self, fact: Fact, *, changed: list[str], reason: str = "") -> None:
        """Save the template's row and record the fact; both count one version further."""
        self.template.version += 1
        self.template.save(update_fields=[*changed, "version"])
        record(fact, by=self.by, about=self.template, reason=reason)

    def _new_version(self, document: dict[str, Any]) -> TemplateVersion:
        numbers = TemplateVersion.objects.filter(template=self.template).aggregate(last=Max("number"))
        version = TemplateVersion(
            organization_id=self.template.organization_id,
            template=self.template,
            number=(numbers["last"] or 0) + 1,
            definition=document,
        )
        version.save(force_insert=True)
        return version


@contextmanager
def drafting(template_id: UUID, *, by: Actor, expected_version: int | None = None) -> Iterator[Draft]:
    """Open an act's one transaction and yield the template, locked, in scope.

    Raises Missing for a template that is not there, and Conflict with code "stale" where it has changed since
    `expected_version` (the count of events in its stream).
    """
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        yield _held(template_id, by, expected_version)


@contextmanager
def reconfiguring(template_id: UUID, *, by: Actor, expected_version: int | None = None) -> Iterator[Draft]:
    """As `drafting`, for acts that change what everybody sees: the organization's revision moves on."""
    with configuring(by) as (by, _):
        yield _held(template_id, by, expected_version)


def _held(template_id: UUID, by: Actor, expected_version: int | None) -> Draft:
    by, template = _hold(template_id, by)
    if expected_version not in (None, template.version):
        raise Conflict(
            "Somebody changed this template in the meantime. Look at it again, then repeat your change.",
            code="stale",
            details={"version": template.version, "expected_version": expected_version},
        )
    published = in_force(template)
    draft = template.draft
    definition = parse(draft.definition) if draft else published
    assert definition is not None, "a template has a draft until it is published"
    return Draft(template, definition, published, by)


def _hold(template_id: UUID, by: Actor) -> tuple[Actor, Template]:
    """The actor as of now, and the template, locked, with its versions as of now. Raises Missing."""
    found = locked(Template, template_id, by)
    if found is None:
        raise Missing("There is no such template.", code="no_such_template")
    template, now = found
    ids = [id_ for id_ in (template.draft_id, template.published_id) if id_]
    versions = TemplateVersion.objects.in_bulk(ids)
    template.draft = versions[template.draft_id] if template.draft_id else None
    template.published = versions[template.published_id] if template.published_id else None
    return now.actor(by), template


def in_force(template: Template) -> Definition | None:
    """The published definition of a template read with its versions."""
    version = template.published
    return published_definition(version.id, version.definition) if version else None

"""What can be asked about templates."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from casefy.errors import Missing
from templates_app.catalogue import published_definition
from templates_app.definition import Definition
from templates_app.diff import Change, changes
from templates_app.drafting import in_force
from templates_app.models import Template, TemplateVersion
from templates_app.numbering import UnreadablePattern, may_collide, parse_pattern
from templates_app.parse import parse
from templates_app.soundness import Problem, problems
from templates_app.yaml_format import TemplateFile


@dataclass(frozen=True, slots=True)
class Listed:
    """A template in a list, with the version in force and the draft, if any."""

    template: Template
    definition: Definition

    @property
    def is_changed(self) -> bool:
        """Whether there are edits that are not published."""
        return self.template.draft_id is not None and self.template.published_id is not None


@dataclass(frozen=True, slots=True)
class Design:
    """A template as its designer sees it: the definition edited, the one in force, and what is wrong."""

    template: Template
    definition: Definition
    published: Definition | None
    problems: tuple[Problem, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """What would change if this were published."""
        if self.template.draft_id is None:
            return ()
        return changes(self.published, self.definition)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the draft from being published."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def listed_templates() -> list[Listed]:
    """Every template of the organization in scope, by name, retired ones last: one statement."""
    rows = Template.objects.select_related("published", "draft")
    ordered = sorted(rows, key=lambda row: (row.state == "retired", row.name.casefold()))
    return [Listed(row, _shown(row)) for row in ordered]


def design(key: str) -> Design:
    """The template with this key, for its designer. Raises Missing."""
    template = Template.objects.select_related("published", "draft").filter(key=key).first()
    if template is None:
        raise Missing("There is no such template.", code="no_such_template")
    definition = _shown(template)
    published = in_force(template)
    if published is not None:
        published = replace(published, name=template.name)
    return Design(template, definition, published, all_problems(template, definition))


def template_file(key: str) -> TemplateFile:
    """The template as a file: its draft, or the published version where there is none. Raises Missing."""
    shown = design(key)
    row = shown.template
    return TemplateFile(shown.definition, row.description, row.icon, row.color)


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the list of a template's versions."""

    id: UUID
    number: int
    published_at: datetime | None


def versions(template_id: UUID, *, before: int | None = None, limit: int = 50) -> list[Version]:
    """The versions of a template, newest first, those with a number below `before`."""
    rows = TemplateVersion.objects.filter(template_id=template_id)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = rows.order_by("-number").values_list("id", "number", "published_at")[:limit]
    return [Version(*row) for row in found]


@dataclass(frozen=True, slots=True)
class VersionThen:
    """The version by which something happened."""

    id: UUID
    words: str
    document: Any

    @property
    def definition(self) -> Definition:
        """Return it as it was published. A case's events name published versions only, a template's also drafts."""
        return published_definition(self.id, self.document)


def version_then(version_id: UUID) -> VersionThen | None:
    """Return a version, as "Client onboarding, version 3" and with its definition: one statement."""
    rows = TemplateVersion.objects.filter(id=version_id)
    row = rows.values_list("template__name", "number", "definition").first()
    return VersionThen(version_id, f"{row[0]}, version {row[1]}", row[2]) if row else None


def version_numbers(template_id: UUID) -> dict[UUID, int]:
    """Return the numbers of all versions of a template by their ids: one statement."""
    return dict(TemplateVersion.objects.filter(template_id=template_id).values_list("id", "number"))


def all_problems(template: Template, definition: Definition) -> tuple[Problem, ...]:
    """Everything unsound, errors first: in the definition, and beside the organization's other templates."""
    found = [*problems(definition), *_numbering_problems(template, definition)]
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def _shown(template: Template) -> Definition:
    version = template.draft
    definition = parse(version.definition) if version else in_force(template)
    assert definition is not None, "a template has a draft until it is published"
    return replace(definition, name=template.name)


def _numbering_problems(template: Template, definition: Definition) -> list[Problem]:
    try:
        mine = parse_pattern(definition.number_pattern)
    except UnreadablePattern:
        return []
    rows = TemplateVersion.objects.exclude(published_at=None).values_list(
        "template_id", "template__name", "definition__number_pattern"
    )
    for template_id, name, text in rows.distinct():
        theirs = parse_pattern(text)
        is_own = template_id == template.id
        counts_alike = mine.names == theirs.names
        if may_collide(mine, theirs) and not (is_own and counts_alike):
            what = "an earlier version of this template" if is_own else f"“{name}”"
            message = f"Its numbers could be the same as those of {what}. Change the letters in front."
            return [Problem("number_pattern", message)]
    return []

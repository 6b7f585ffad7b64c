"""The template an import goes into: found by name, made where there is none, extended where the log needs more."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from casefy.errors import Conflict
from cases.logs.asking import asker
from cases.logs.models import LogImport
from cases.logs.proposal import Proposal, number_pattern, propose
from cases.logs.survey import Survey
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from templates_app.catalogue import TemplateView, catalogue
from templates_app.definition import Definition
from templates_app.diff import summary_of
from templates_app.drafting import drafting
from templates_app.events import DraftReplaced
from templates_app.models import Template
from templates_app.parse import parse
from templates_app.values import fold
from tenants.actor import Actor
from tenants.configuration import configuration
from tenants.scope import scoped_to

ICON, COLOR = "history", "indigo"


def proposal_for(log: LogImport, found: Survey) -> Proposal:
    """What the template must become for this log; in the organization's scope, changes nothing."""
    return _propose(log, found, _template_called(log.template_name))


def fitting_template(log: LogImport, found: Survey) -> tuple[TemplateView, Proposal]:
    """Make or extend the template by its acts, for the one who asked, and return it published with the proposal.

    Raises Forbidden where that person may not, and Conflict where somebody's unpublished changes are in the way.
    """
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        by = asker(log)
        template = _template_called(log.template_name)
        proposal = _propose(log, found, template)
    if template is None:
        template = create_template(by=by, definition=proposal.definition, icon=ICON, color=COLOR)
        publish_template(by=by, template_id=template.id, note=f"Made for the import of {log.file_name}")
    elif proposal.is_changed or template.published is None:
        _extend(by, log, template.id, proposal)
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        by, _ = configuration(by)
        return catalogue(by.organization_id, by.revision).template(template.id), proposal


def _template_called(name: str) -> Template | None:
    rows = Template.objects.select_related("published", "draft").exclude(state="retired").order_by("id")
    return next((row for row in rows if fold(row.name) == fold(name)), None)


def _propose(log: LogImport, found: Survey, template: Template | None) -> Proposal:
    proposal = propose(found, log.template_name, _definition_of(template))
    if template is not None:
        return proposal
    taken = {view.definition.number_pattern for view in _views(log)}
    pattern = number_pattern(log.template_name, taken)
    return replace(proposal, definition=replace(proposal.definition, number_pattern=pattern))


def _views(log: LogImport) -> list[TemplateView]:
    by, _ = configuration(Actor(log.organization_id, "system", "Import"))
    return list(catalogue(by.organization_id, by.revision).templates.values())


def _definition_of(template: Template | None) -> Definition | None:
    version = (template.published or template.draft) if template else None
    return parse(version.definition) if version else None


def _extend(by: Actor, log: LogImport, template_id: UUID, proposal: Proposal) -> None:
    with drafting(template_id, by=by) as draft:
        draft.require("template.edit")
        if draft.published is not None and draft.template.draft is not None:
            raise Conflict(
                f"“{draft.template.name}” has changes that are not published. Publish or discard them, "
                "then import again.",
                code="unpublished_changes",
            )
        draft.put(
            proposal.definition, DraftReplaced, summary=summary_of(draft.definition, proposal.definition)
        )
    publish_template(by=by, template_id=template_id, note=f"Extended for the import of {log.file_name}")

"""The acts on a template: one address for each, named as the act is."""

from collections.abc import Callable
from typing import Any, ClassVar

from api.answers import Answer
from api.documented import ETAG, IF_MATCH, documented
from api.documented_shapes import TemplateShape
from api.door import Call, Door
from api.inputs import Input, Nothing
from api.parameters import expected_version, read_parameters
from api.shapes import template_shape
from api.views import template_inputs as inputs
from api.views.templates import template_named
from templates_app.actions.creating import describe_template
from templates_app.actions.drafts import discard_draft, replace_draft
from templates_app.actions.fields import (
    add_field,
    change_field,
    remove_field,
    reorder_fields,
    restore_field,
    retire_field,
)
from templates_app.actions.publishing import publish_template, restore_template, retire_template
from templates_app.actions.rules import allow_move, forbid_move, set_number_pattern, set_outcomes, set_reasons
from templates_app.actions.stages import (
    add_stage,
    change_stage,
    remove_stage,
    reorder_stages,
    restore_stage,
    retire_stage,
)
from templates_app.models import Template
from tenants.scope import reading


class TemplateAct(Door):
    """An act on one template, which the address names by key."""

    act: ClassVar[Callable[..., Template]]
    takes: ClassVar[type[Input]]

    def perform(self, call: Call, template: str) -> Answer:
        """Read the body, call the act, and return the template as it is now."""
        read_parameters(call.request, ())
        given = call.read(self.takes)
        version = expected_version(call.request)
        with reading():
            template_id = template_named(template).id
        type(self).act(by=call.by, template_id=template_id, expected_version=version, **given)
        with reading():
            changed = Template.objects.select_related("published").get(id=template_id)
        return Answer(template_shape(changed), version=changed.version)


def _act(
    name: str, summary: str, act: Callable[..., Template], takes: type[Input] = Nothing
) -> type[TemplateAct]:
    def post(self: TemplateAct, call: Call, template: str) -> Answer:
        return self.perform(call, template)

    post.__doc__ = act.__doc__
    describe = documented(
        f"templates_{name.replace('-', '_')}",
        summary,
        gives=TemplateShape,
        takes=takes,
        also=[412],
        parameters=[IF_MATCH, ETAG],
        tag="templates",
    )
    class_name = "".join(word.capitalize() for word in name.split("-")) + "View"
    return type(
        class_name, (TemplateAct,), {"act": staticmethod(act), "takes": takes, "post": describe(post)}
    )


_ACTS: tuple[tuple[str, str, Any, type[Input]], ...] = (
    ("describe", "Describe a template", describe_template, inputs.DescribeTemplate),
    ("publish", "Publish a template", publish_template, inputs.PublishTemplate),
    ("retire", "Retire a template", retire_template, Nothing),
    ("restore", "Restore a template", restore_template, Nothing),
    ("replace-draft", "Import a draft", replace_draft, inputs.ReplaceDraft),
    ("discard-draft", "Discard a draft", discard_draft, Nothing),
    ("add-stage", "Add a stage", add_stage, inputs.AddStage),
    ("change-stage", "Change a stage", change_stage, inputs.ChangeStage),
    ("reorder-stages", "Reorder stages", reorder_stages, inputs.Reorder),
    ("retire-stage", "Retire a stage", retire_stage, inputs.NameStage),
    ("restore-stage", "Restore a stage", restore_stage, inputs.NameStage),
    ("remove-stage", "Remove a stage", remove_stage, inputs.NameStage),
    ("add-field", "Add a field", add_field, inputs.AddField),
    ("change-field", "Change a field", change_field, inputs.ChangeField),
    ("reorder-fields", "Reorder fields", reorder_fields, inputs.Reorder),
    ("retire-field", "Retire a field", retire_field, inputs.NameField),
    ("restore-field", "Restore a field", restore_field, inputs.NameField),
    ("remove-field", "Remove a field", remove_field, inputs.NameField),
    ("forbid-move", "Forbid a move", forbid_move, inputs.NameMove),
    ("allow-move", "Allow a move", allow_move, inputs.NameMove),
    ("set-reasons", "Say where reasons are needed", set_reasons, inputs.SetReasons),
    ("set-number-pattern", "Set the number pattern", set_number_pattern, inputs.SetNumberPattern),
    ("set-outcomes", "Set the outcomes", set_outcomes, inputs.SetOutcomes),
)
TEMPLATE_ACTS: dict[str, type[TemplateAct]] = {name: _act(name, *more) for name, *more in _ACTS}

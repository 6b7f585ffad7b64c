"""The acts on a template: one address for each, named as the act is."""

from typing import Any

from api.answers import Answer
from api.documented_shapes import TemplateShape
from api.door import Call
from api.inputs import Input, Nothing
from api.shapes import template_shape
from api.views import template_inputs as inputs
from api.views.act_views import ActView, act_view
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
from tenants.scope import reading


class TemplateAct(ActView):
    """An act on one template, which the address names by key."""

    def act_on(self, call: Call, ref: str, **given: Any) -> Answer:
        """Call the act, and return the template as the act left it."""
        with reading():
            template_id = template_named(ref).id
        changed = type(self).act(by=call.by, template_id=template_id, **given)
        return Answer(template_shape(changed), version=changed.version)


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
TEMPLATE_ACTS = {
    name: act_view(TemplateAct, name, *more, gives=TemplateShape, tag="templates") for name, *more in _ACTS
}

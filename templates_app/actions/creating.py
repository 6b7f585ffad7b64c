"""Acts that begin a template and say how it is presented."""

from collections.abc import Collection
from uuid import UUID

from casefy.errors import Invalid
from templates_app.definition import COLORS, Definition
from templates_app.drafting import reconfiguring
from templates_app.editing.lists import help_of, one_of
from templates_app.events import TemplateCreated, TemplateDescribed
from templates_app.keys import make_key
from templates_app.models import Template, TemplateVersion
from templates_app.parse import LONGEST_TEMPLATE_NAME
from templates_app.serialize import to_json
from templates_app.starting import Start, starting
from templates_app.values import fold
from tenants.actions.configuring import configuring, permit
from tenants.actor import Actor
from tenants.words import clean_name
from timeline.record import record


def create_template(
    *, by: Actor, name: str = "", description: str | None = None, icon: str = "", color: str = "",
    gallery: str = "", yaml: str = "", definition: Definition | None = None,
) -> Template:  # fmt: skip
    """Make a template as a draft: blank, from the gallery (by key), from a YAML file's text, or a definition.

    `name`, `description`, `icon` and `color` win over what the source says. Raises Invalid for a name in use
    or a source that cannot be read (`fields` maps paths in it to what is wrong).
    """
    start = starting(name=name, gallery=gallery, yaml=yaml, definition=definition)
    with configuring(by) as (by, organization):
        permit(by, "template.edit", organization)
        taken = list(Template.objects.values_list("key", "name", "state"))
        names = [used for _, used, state in taken if state != "retired"]
        template = Template(
            organization=organization,
            key=_key(start.file.definition.name, [key for key, _, _ in taken]),
            name=_name(start, given=name, names=names),
            description=help_of(
                start.file.description if description is None else description, "description"
            ),
            icon=icon_of(icon or start.file.icon),
            color=one_of(color or start.file.color, COLORS, "color"),
            version=1,
        )
        template.save(force_insert=True)
        document = to_json(start.file.definition) | {"name": template.name}
        template.draft = TemplateVersion(
            organization=organization, template=template, number=1, definition=document
        )
        template.draft.save(force_insert=True)
        template.save(update_fields=["draft"])
        record(_created(template, start, document), by=by, about=template)
    return template


def _created(template: Template, start: Start, document: dict[str, object]) -> TemplateCreated:
    return TemplateCreated(
        key=template.key,
        name=template.name,
        description=template.description,
        icon_name=template.icon,
        color=template.color,
        source=start.source,
        source_words=start.words,
        definition=document,
    )


def describe_template(
    *, by: Actor, template_id: UUID, name: str | None = None, description: str | None = None,
    icon: str | None = None, color: str | None = None, expected_version: int | None = None,
) -> Template:  # fmt: skip
    """Change how a template is presented, at once and for everybody; None leaves a part as it is."""
    with reconfiguring(template_id, by=by, expected_version=expected_version) as held:
        held.require("template.edit")
        template = held.template
        after: dict[str, str] = {}
        if name is not None:
            others = Template.objects.exclude(id=template.id).exclude(state="retired")
            after["name"] = _free_name(name, list(others.values_list("name", flat=True)))
        if description is not None:
            after["description"] = help_of(description, "description")
        if icon is not None:
            after["icon"] = icon_of(icon)
        if color is not None:
            after["color"] = one_of(color, COLORS, "color")
        before = {part: getattr(template, part) for part in after}
        changed = [part for part in after if before[part] != after[part]]
        if changed:
            for part in changed:
                setattr(template, part, after[part])
            fact = TemplateDescribed(
                summary=" and ".join(changed),
                before={part: before[part] for part in changed},
                after={part: after[part] for part in changed},
            )
            held.tell(fact, changed=changed)
    return template


def icon_of(raw: str) -> str:
    """The name of an icon: small letters, digits and hyphens. Raises Invalid."""
    if (
        not raw
        or len(raw) > 40
        or not all(c.isascii() and (c.islower() or c.isdigit() or c == "-") for c in raw)
    ):
        raise Invalid("Choose an icon from the list.", fields={"icon": "Choose an icon from the list."})
    return raw


def _name(start: Start, *, given: str, names: Collection[str]) -> str:
    if given.strip() or start.source == "definition":
        return _free_name(given or start.file.definition.name, names)
    name, count = start.file.definition.name, 1
    while fold(name) in {fold(used) for used in names}:
        count += 1
        name = f"{start.file.definition.name} {count}"
    return name


def _free_name(raw: str, names: Collection[str]) -> str:
    name = clean_name(raw, most=LONGEST_TEMPLATE_NAME, what="the template's name")
    if fold(name) in {fold(used) for used in names}:
        sentence = f"There is a template “{name}” already. Choose another name."
        raise Invalid(sentence, code="name_taken", fields={"name": sentence})
    return name


def _key(name: str, taken: Collection[str]) -> str:
    # "new" is the address where templates are made.
    return make_key(name, {"new", *(key.replace("-", "_") for key in taken)}, "template").replace("_", "-")

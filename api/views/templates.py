"""Templates: what there is, how it is defined, and its versions."""

from typing import Any

from api.answers import Answer, page
from api.documented import ETAG, IF_NONE_MATCH, LIMIT, LOCATION, documented, parameter
from api.documented_shapes import (
    GalleryShape,
    TemplateShape,
    TemplatesShape,
    VersionsShape,
    WholeTemplateShape,
    WholeVersionShape,
)
from api.door import Call, Door
from api.inputs import Input, Text
from api.parameters import next_url, read_limit, read_number, read_parameters
from api.shapes import template_shape, whole_template_shape
from casefy.errors import Missing
from templates_app.actions.creating import create_template
from templates_app.gallery import gallery
from templates_app.models import Template, TemplateVersion
from templates_app.queries import design, listed_templates, template_file, versions
from templates_app.yaml_format import to_yaml
from tenants.directory import directory

_TAG = "templates"
FILE = {"type": "object", "description": "A template as a YAML file."}
BEFORE = parameter("before", "Only versions with a lower number.", {"type": "integer", "minimum": 1})


def may_view(call: Call) -> None:
    """Raise Forbidden for those who may not see templates."""
    call.by.require("template.view", directory(call.by.organization_id, call.by.revision).who_could)


def template_named(key: str) -> Template:
    """Return the template with this key. Raises Missing."""
    found = Template.objects.filter(key=key).first()
    if found is None:
        raise Missing("There is no such template.", code="no_such_template")
    return found


class CreateTemplate(Input):
    """A blank template, one from the gallery, or one from a YAML file; what is named here wins over the source."""

    name = Text(required=False, allow_blank=True, max_length=120)
    description = Text(required=False, allow_null=True, allow_blank=True, max_length=2000)
    icon = Text(required=False, allow_blank=True, max_length=40)
    color = Text(required=False, allow_blank=True, max_length=16)
    gallery = Text(
        required=False, allow_blank=True, max_length=64, help_text="The key of a gallery template."
    )
    yaml = Text(
        required=False,
        allow_blank=True,
        max_length=500_000,
        trim_whitespace=False,
        help_text="A file's text.",
    )


class Templates(Door):
    """The templates."""

    @documented("templates_list", "List templates", gives=TemplatesShape, tag=_TAG)
    def get(self, call: Call) -> Answer:
        """By name, retired ones last. Needs template.view."""
        read_parameters(call.request, ())
        may_view(call)
        return Answer(page([template_shape(each.template) for each in listed_templates()], None))

    @documented(
        "templates_create", "Make a template", gives=TemplateShape, status=201, takes=CreateTemplate, tag=_TAG,
        parameters=[ETAG, LOCATION],
    )  # fmt: skip
    def post(self, call: Call) -> Answer:
        """As a draft. Needs template.edit."""
        read_parameters(call.request, ())
        made = create_template(by=call.by, **call.read(CreateTemplate))
        return Answer(template_shape(made), 201, made.version, location=f"/api/v1/templates/{made.key}")


class Gallery(Door):
    """The templates one can begin with."""

    @documented("gallery_list", "List the gallery", gives=GalleryShape, tag=_TAG)
    def get(self, call: Call) -> Answer:
        """The keys that `gallery` of POST /templates takes. Needs template.view."""
        read_parameters(call.request, ())
        may_view(call)
        offered = [
            {"key": key, "name": each.definition.name, "description": each.description}
            for key, each in gallery().items()
        ]
        return Answer(page(offered, None))


class OneTemplate(Door):
    """A template."""

    @documented(
        "templates_get",
        "Get a template",
        gives=WholeTemplateShape,
        also=[304],
        parameters=[IF_NONE_MATCH, ETAG],
        tag=_TAG,
    )
    def get(self, call: Call, template: str) -> Answer:
        """With its definition: the draft, or what is in force where there is none, and what is wrong with it."""
        read_parameters(call.request, ())
        may_view(call)
        shown = design(template)
        return Answer(whole_template_shape(shown), version=shown.template.version)


class Yaml(Door):
    """A template as a file."""

    @documented("templates_yaml", "Export a template", gives=FILE, media_type="application/yaml", tag=_TAG)
    def get(self, call: Call, template: str) -> Answer:
        """The draft, or what is in force where there is none, as YAML that POST /templates and replace-draft take."""
        read_parameters(call.request, ())
        may_view(call)
        return Answer(text=to_yaml(template_file(template)), media_type="application/yaml")


class Versions(Door):
    """The versions of a template."""

    @documented(
        "templates_versions", "List versions", gives=VersionsShape, parameters=[BEFORE, LIMIT], tag=_TAG
    )
    def get(self, call: Call, template: str) -> Answer:
        """Newest first."""
        given = read_parameters(call.request, ("before", "limit"))
        may_view(call)
        limit = read_limit(given)
        before = read_number(given, "before", lowest=1, highest=2**31 - 1)
        found = versions(template_named(template).id, before=before, limit=limit + 1)
        next_ = next_url(call.request, before=found[limit - 1].number) if len(found) > limit else None
        results: list[Any] = [
            {"id": each.id, "number": each.number, "published_at": each.published_at}
            for each in found[:limit]
        ]
        return Answer(page(results, next_))


class OneVersion(Door):
    """A version of a template."""

    @documented("templates_version", "Get a version", gives=WholeVersionShape, tag=_TAG)
    def get(self, call: Call, template: str, number: int) -> Answer:
        """With its definition, as it was published or as the draft is now."""
        read_parameters(call.request, ())
        may_view(call)
        found = None
        if number < 2**31:
            found = TemplateVersion.objects.filter(template__key=template, number=number).first()
        if found is None:
            raise Missing("There is no such version.")
        shape = {"id": found.id, "number": found.number, "published_at": found.published_at}
        return Answer(shape | {"definition": found.definition})

import pytest

from casefy.errors import Forbidden, Invalid, Missing
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template, retire_template
from templates_app.definition import COLORS, Definition, Stage
from templates_app.models import Template
from templates_app.parse import parse
from templates_app.reading import listed
from templates_app.soundness import problems
from templates_app.yaml_format import TemplateFile, to_yaml
from tests.acting import acts, refused
from tests.templates_app.definitions import PURCHASE


def test_a_blank_template_starts_with_three_stages_and_a_number_of_its_own(workshop):
    with acts(workshop.cast.organization, says=["template.created"]) as acted:
        template = create_template(by=workshop.by, name="  Purchase   order ", color="teal")
    definition = workshop.definition(template)
    assert (template.key, template.name, template.color, template.state) == (
        "purchase-order",
        "Purchase order",
        "teal",
        "draft",
    )
    assert [stage.name for stage in definition.stages] == ["To do", "In progress", "Done"]
    assert definition.number_pattern == "PO-{year}-{number:04}"
    assert problems(definition) == ()
    assert acted.event.sentence == "created the template Purchase order"


@pytest.mark.parametrize("key", ["client-onboarding", "complaint-handling"])
def test_a_template_from_the_gallery_can_be_published_at_once(workshop, key):
    with acts(workshop.cast.organization, says=["template.created"]) as acted:
        template = create_template(by=workshop.by, gallery=key)
    assert template.key == key
    assert template.description
    assert acted.event.sentence.endswith("from the gallery")
    assert publish_template(by=workshop.by, template_id=template.id).state == "published"


def test_an_example_taken_twice_gets_another_name_and_key(workshop):
    create_template(by=workshop.by, gallery="client-onboarding")
    second = create_template(by=workshop.by, gallery="client-onboarding")
    assert (second.name, second.key) == ("Client onboarding 2", "client-onboarding-2")


def test_a_template_from_a_file_keeps_its_keys(workshop):
    file = TemplateFile(parse(PURCHASE), "Buying things", "shopping-cart", "amber")
    with acts(workshop.cast.organization, says=["template.created"]):
        template = create_template(by=workshop.by, yaml=to_yaml(file))
    assert workshop.definition(template) == file.definition
    assert (template.description, template.icon, template.color) == (
        "Buying things",
        "shopping-cart",
        "amber",
    )


def test_a_file_that_cannot_be_read_says_where(workshop):
    with refused(workshop.cast.organization, Invalid, match="not a template yet") as caught:
        create_template(
            by=workshop.by, yaml="name: X\nstages:\n  - {name: A, category: x}\n  - {name: B, color: y}"
        )
    assert caught.value.fields["yaml"].splitlines() == [
        "line 3, stages[0].category: choose open, waiting or done",
        f"line 4, stages[1].color: choose {listed(COLORS)}",
    ]


def test_a_definition_is_checked_like_any_document(workshop):
    with refused(workshop.cast.organization, Invalid) as caught:
        create_template(by=workshop.by, definition=Definition(name="X", stages=(Stage("a", "bad\x00name"),)))
    assert "stages[0].name" in caught.value.fields["definition"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "two\x00"])
def test_a_name_that_is_none_is_refused(workshop, name):
    with refused(workshop.cast.organization, Invalid) as caught:
        create_template(by=workshop.by, name=name)
    assert "name" in caught.value.fields


def test_two_templates_in_use_have_different_names(workshop):
    first = create_template(by=workshop.by, name="Purchase")
    with refused(workshop.cast.organization, Invalid, match="already"):
        create_template(by=workshop.by, name="PURCHASE ")
    retire_template(by=workshop.by, template_id=first.id)
    assert create_template(by=workshop.by, name="Purchase").key == "purchase-2"


@pytest.mark.parametrize("wrong", [{"color": "crimson"}, {"icon": "<b>"}, {"description": "x" * 2001}])
def test_how_it_is_presented_is_checked(workshop, wrong):
    with refused(workshop.cast.organization, Invalid) as caught:
        create_template(by=workshop.by, name="Purchase", **wrong)
    assert set(caught.value.fields) == set(wrong)


def test_a_start_is_one_thing_and_known(workshop):
    with refused(workshop.cast.organization, Invalid, match="one thing"):
        create_template(by=workshop.by, gallery="client-onboarding", yaml="name: X")
    with refused(workshop.cast.organization, Missing, match="gallery"):
        create_template(by=workshop.by, gallery="nothing")


def test_only_who_may_edit_templates_can(workshop):
    with refused(workshop.cast.organization, Forbidden, match="Designer"):
        create_template(by=workshop.cast.colleague.actor, name="Purchase")


def test_a_template_is_made_in_the_organization_of_its_maker_alone(workshop):
    create_template(by=workshop.cast.stranger.actor, name="Purchase")
    with workshop.cast.scope:
        assert not Template.objects.exists()

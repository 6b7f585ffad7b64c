"""A workshop to build templates in: Acme's designer, a draft or a published template, and what to look at."""

from dataclasses import dataclass

import pytest

from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from templates_app.definition import Definition
from templates_app.models import Template
from templates_app.parse import parse
from templates_app.replay import differences
from tenants.scope import reading
from tests.acting import replays, strangers_find_nothing
from tests.cast import Cast
from tests.templates_app.definitions import PURCHASE


@replays("template")
def replay_equals_the_row(template_id) -> None:
    """Assert that the template, rebuilt from its timeline alone, is the row."""
    template = Template.objects.select_related("draft", "published").get(id=template_id)
    assert differences(template) == {}


@dataclass
class Workshop:
    """Acme's designer at work."""

    cast: Cast

    def __post_init__(self) -> None:
        # Everybody comes in before anything is counted.
        _ = self.cast.designer, self.cast.colleague, self.cast.reader, self.cast.stranger

    @property
    def by(self):
        """The designer as they act now."""
        return self.cast.designer.actor

    def draft(self, **more) -> Template:
        """The purchase template, as a draft."""
        return create_template(by=self.by, definition=parse({**PURCHASE, **more}))

    def published(self, **more) -> Template:
        """The purchase template, in force."""
        return publish_template(by=self.by, template_id=self.draft(**more).id)

    def row(self, template: Template) -> Template:
        """The template as it is in the database."""
        with self.cast.scope, reading():
            return Template.objects.select_related("draft", "published").get(id=template.id)

    def definition(self, template: Template) -> Definition:
        """What is being edited, or what is in force where nothing is."""
        row = self.row(template)
        return parse((row.draft or row.published).definition)

    def keeps_others_out(self, template: Template, act) -> None:
        """Assert that a stranger finds nothing, and that a colleague is told who could."""
        strangers_find_nothing(template, self.cast.stranger.actor, act)


@pytest.fixture
def workshop(cast) -> Workshop:
    """Acme's designer, in a test whose changes are rolled back."""
    return Workshop(cast)

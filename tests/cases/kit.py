"""An office to act in: a template with every kind of field, published by hand, and cases opened in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import F

from cases.actions.opening import open_case
from cases.knowing import place
from cases.models import Case
from cases.replay import differences
from templates_app.catalogue import TemplateView, catalogue
from templates_app.definition import Definition, Field, Option, Stage
from templates_app.models import FieldIdentity, StageIdentity, Template, TemplateVersion
from templates_app.serialize import to_json
from templates_app.values import Place
from tenants.actions.teams import add_team_member, create_team
from tenants.actor import Actor
from tenants.directory import directory
from tenants.models import Organization
from tests.acting import replays
from tests.cast import Cast

ONBOARDING = Definition(
    name="Client onboarding",
    number_pattern="ON-{year}-{number:05}",
    stages=(
        Stage("intake", "Intake", "blue"),
        Stage("review", "Review", "amber"),
        Stage("approval", "Approval", "violet"),
        Stage("waiting", "Waiting for the client", "slate", category="waiting", on_path=False),
        Stage("done", "Done", "green", category="done"),
        Stage("archive", "Archive", "slate", on_path=False, is_retired=True),
    ),
    fields=(
        Field("company", "Company", "text"),
        Field("notes", "Notes", "long_text"),
        Field("headcount", "Headcount", "integer", unit="people"),
        Field("share", "Share", "decimal", unit="%"),
        Field("amount", "Amount", "money", currency="EUR", required_from="approval"),
        Field("due", "Due", "date"),
        Field("call_at", "Call at", "datetime"),
        Field("urgent", "Urgent", "yes_no"),
        Field(
            "region",
            "Region",
            "choice",
            options=(
                Option("north", "North"),
                Option("south", "South"),
                Option("east", "East", is_retired=True),
            ),
        ),
        Field(
            "topics",
            "Topics",
            "choices",
            options=(Option("tax", "Tax"), Option("law", "Law"), Option("fax", "Fax", is_retired=True)),
        ),
        Field("contact", "Contact", "member"),
        Field("mail", "E-mail", "email", is_personal=True),
        Field("phone", "Phone", "phone", is_personal=True),
        Field("site", "Site", "url"),
        Field("legacy", "Legacy", "text", is_retired=True),
    ),
    forbidden_moves=frozenset({("intake", "done")}),
    reason_kinds=frozenset({"return", "skip"}),
    reason_moves=frozenset({("approval", "done")}),
    outcomes=(
        Option("won", "Won", "green"),
        Option("lost", "Lost", "red"),
        Option("void", "Void", is_retired=True),
    ),
)


@replays("case")
def replay_equals_the_row(case_id: UUID) -> None:
    """Assert that the case, rebuilt from its timeline alone, is the row."""
    assert differences(Case.objects.get(id=case_id)) == {}


class Office:
    """Acme with a template in use. Everything is opened by the colleague unless somebody else is named."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.by = cast.colleague
        self.publish(ONBOARDING)

    def publish(self, definition: Definition, key: str = "onboarding") -> TemplateView:
        """Put a definition in force for new and running cases, as the template's next version."""
        organization = {"organization_id": self.cast.organization.id}
        with self.cast.scope:
            template = Template.objects.filter(key=key).first()
            if template is None:
                template = Template(**organization, key=key, name=definition.name, state="published")
                template.save(force_insert=True)
            number = TemplateVersion.objects.filter(template=template).count() + 1
            version = TemplateVersion(
                **organization, template=template, number=number, definition=to_json(definition),
                published_at=Cast.now(),
            )  # fmt: skip
            version.save(force_insert=True)
            template.published = version
            template.save(update_fields=["published"])
            self._identify(template, definition, number)
            Organization.objects.filter(id=self.cast.organization.id).update(revision=F("revision") + 1)
        return self.template(key)

    def _identify(self, template: Template, definition: Definition, number: int) -> None:
        common = {"organization_id": self.cast.organization.id, "template": template}
        known = set(FieldIdentity.objects.filter(template=template).values_list("key", flat=True))
        FieldIdentity.objects.bulk_create(
            FieldIdentity(**common, key=field.key, kind=field.kind, since=number)
            for field in definition.fields
            if field.key not in known
        )
        stages = set(StageIdentity.objects.filter(template=template).values_list("key", flat=True))
        StageIdentity.objects.bulk_create(
            StageIdentity(**common, key=stage.key) for stage in definition.stages if stage.key not in stages
        )

    def republish(self, key: str = "onboarding", **changes: Any) -> TemplateView:
        """Publish the template once more, with some parts of its definition changed."""
        return self.publish(replace(self.template(key).definition, **changes), key)

    def retire(self, key: str = "onboarding") -> None:
        """Take no more cases of the template."""
        with self.cast.scope:
            Template.objects.filter(key=key).update(state="retired")
            Organization.objects.filter(id=self.cast.organization.id).update(revision=F("revision") + 1)

    @property
    def revision(self) -> int:
        """The organization's revision as of now."""
        with self.cast.scope:
            return Organization.objects.values_list("revision", flat=True).get(id=self.cast.organization.id)

    def template(self, key: str = "onboarding") -> TemplateView:
        """The template as cases see it. Reading it and the people warms what acts find in memory."""
        revision = self.revision
        with self.cast.scope:
            directory(self.cast.organization.id, revision)
            return catalogue(self.cast.organization.id, revision).by_key[key]

    def place(self, by: Actor | None = None) -> Place:
        """What values are cleaned with."""
        revision = self.revision
        with self.cast.scope:
            return place(replace(by or self.by.actor, revision=revision), "Europe/Berlin")

    def open(
        self,
        title: str = "Lovelace Ltd",
        values: Mapping[str, Any] | None = None,
        *,
        by: Actor | None = None,
        template: str = "onboarding",
        **more: Any,
    ) -> Case:
        """Open a case of the template."""
        return open_case(by=by or self.by.actor, template=template, title=title, values=values, **more)

    def case(self, case_id: UUID) -> Case:
        """The case's row as it stands."""
        with self.cast.scope:
            return Case.objects.get(id=case_id)

    def team(self, name: str, *players: Any) -> UUID:
        """A team with these people in it."""
        by = self.cast.owner.actor
        team = create_team(by=by, name=name)
        for player in players:
            add_team_member(by=by, team_id=team.id, member_id=player.id)
        self.template()
        return team.id


def without(definition: Definition, *keys: str) -> dict[str, Any]:
    """Changes to a definition: these stages, fields or outcomes retired."""

    def gone(things: Any) -> Any:
        return tuple(replace(thing, is_retired=True) if thing.key in keys else thing for thing in things)

    return {name: gone(getattr(definition, name)) for name in ("stages", "fields", "outcomes")}

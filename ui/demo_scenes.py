"""The scenes of the demo's stories: who does what when, through the acts everybody uses."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.actions.ending import cancel_case, close_case
from cases.actions.moving import move_case
from cases.actions.opening import open_case
from cases.actions.pausing import hold_case
from tenants.actor import Actor
from ui.demo_stories import Step, Story

Enter = Callable[[str], Actor]


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens in a story, at an instant."""

    at: datetime
    play: Callable[[Enter], None]


@dataclass(slots=True)
class Told:
    """A story being told: its case, once it is open."""

    story: Story
    template: str
    began: datetime
    case_ids: list[UUID] = field(default_factory=list)

    @property
    def case_id(self) -> UUID:
        """Return the story's case."""
        return self.case_ids[0]

    def open(self, enter: Enter) -> None:
        """Open the case."""
        story = self.story
        case = open_case(
            by=enter(story.people[0]),
            template=self.template,
            title=story.title,
            values=story.given(self.began),
        )
        self.case_ids.append(case.id)

    def assign(self, enter: Enter) -> None:
        """Give the case to whoever comes last among its people."""
        owner = enter(self.story.people[-1]).member_id
        assign_case(by=enter(self.story.people[0]), case_id=self.case_id, owner=owner)

    def fill(self, enter: Enter) -> None:
        """Fill in what is known by now."""
        by = enter(self.story.people[-1])
        known = {"me": str(by.member_id), "then": self.began.date().isoformat()}
        values = {k: known.get(v, v) if isinstance(v, str) else v for k, v in self.story.later.items()}
        change_fields(by=by, case_id=self.case_id, values=values)


def in_office_hours(at: datetime, until: datetime) -> datetime:
    """Return the moment of a working day that stands for this one; the order of moments stays. Today is as it is."""
    local = timezone.localtime(at)
    if local.date() == timezone.localtime(until).date():
        return at
    first, last, days_earlier = _HOURS.get(local.weekday(), (8, 18, 0))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    part = (local - midnight) / timedelta(days=1)
    return midnight - timedelta(days=days_earlier) + timedelta(hours=first + (last - first) * part)


# From and to which hour, how many days earlier: what would happen on a weekend is done on Friday before people leave.
_HOURS = {4: (8, 16.5, 0), 5: (16.5, 17.25, 1), 6: (17.25, 18, 2)}


def scenes_of(
    story: Story, template: str, began: datetime, until: datetime, dice: random.Random
) -> list[Scene]:
    """Return the scenes of a story, spread between its beginning and now."""
    told = Told(story, template, in_office_hours(began, until))
    assigned = in_office_hours(began + timedelta(minutes=dice.randint(5, 90)), until)
    scenes = [Scene(told.began, told.open), Scene(assigned, told.assign)]
    span = (until - began) / (len(story.steps) + 1.5)
    for number, step in enumerate(story.steps, start=1):
        at = in_office_hours(began + span * (number + dice.uniform(-0.25, 0.25)), until)
        if number == 1 and story.later:
            scenes.append(Scene(at - timedelta(minutes=4), told.fill))
        name = story.people[dice.randrange(len(story.people))]
        scenes.append(Scene(at, lambda enter, step=step, name=name: _act(step, told.case_id, enter(name))))  # type: ignore[misc]
    return scenes


def _act(step: Step, case_id: UUID, by: Actor) -> None:
    what, text, reason = (*step, "")[:3]
    if what in ("move", "back"):
        move_case(by=by, case_id=case_id, to=text, reason=reason)
    elif what == "say":
        comment_on_case(by=by, case_id=case_id, text=text)
    elif what == "hold":
        hold_case(by=by, case_id=case_id, reason=text)
    elif what == "close":
        close_case(by=by, case_id=case_id, outcome=text, reason=reason)
    else:
        cancel_case(by=by, case_id=case_id, reason=text)

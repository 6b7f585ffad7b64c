"""What happened, as a screen says it: days are written as the organization does. Files and the API keep them plain."""

from datetime import date

from timeline.queries import Told
from ui.templatetags.casefy_ui import day_in_words


def sentence_of(event: Told) -> str:
    """Return what happened, as it continues the actor's name: "put the case on hold until 10 Jan 2027"."""
    until = event.fact.get("until") if event.type == "case.held" else None
    if not until or not event.kind:
        return event.sentence
    return event.kind.tell({**event.fact, "until_words": f" until {day_in_words(date.fromisoformat(until))}"})

"""What `make shots` takes pictures of: the demo of `make up`, with its post delivered."""

from cases.models import Case
from tenants.entering import organization_named
from tenants.models import User
from tenants.scope import reading, scoped_to
from tests.shots.world import World
from timeline.queries import page
from timeline.relay import carry
from ui.demo import SLUG, make_demo

TELLING = "Invoice without tax number"  # a case with a past, changed values and a stage to go to


def make() -> World:
    """Make the demo, and name the case and the change of a value that are shown from near."""
    (line,) = make_demo()
    organization_id = organization_named(SLUG)
    if organization_id is None:
        raise LookupError(SLUG)
    while carry():
        pass
    with scoped_to(organization_id), reading():
        case = Case.objects.get(title=TELLING)
        event = page(case.id, types=["case.fields_changed"], limit=1)[0]
    user = User.objects.get(email=line.partition(" / ")[0])
    return World(SLUG, user, "complaint-handling", case.number, case.id, event.id)

"""What is erased or redacted still verifies, and what is left of it is still proven."""

import pytest

from bench.world import make_world
from cases.actions.commenting import comment_on_case
from cases.actions.opening import open_case
from tests.timeline.tampering import BODY_THREE, judged, of_world

ERASURES = {
    "a body": f"UPDATE timeline_eventbody SET salt = NULL, body = NULL, personal = NULL {BODY_THREE}",
    "the personal values": f"UPDATE timeline_eventbody SET personal = '{{}}' {BODY_THREE}",
}


@pytest.mark.parametrize("erasure", ERASURES)
def test_what_is_erased_or_redacted_still_verifies(erasure, kept, stream, tamper):
    tamper(ERASURES[erasure], s=stream)
    assert judged(kept).broken == ()


def test_what_is_left_of_a_redacted_event_is_still_proven_value_by_value(committed, tamper):
    """The reason is redacted, the name stands: it can be shown to be the one that was recorded, and no other."""
    world = make_world("redacted")
    case = open_case(by=world.by, template=world.template, title="Redacted")
    comment_on_case(by=world.by, case_id=case.id, text="to be redacted")
    body = "WHERE id = (SELECT id FROM timeline_event WHERE stream_id = %(s)s AND seq = 2)"
    without = "(SELECT json_object_agg(key, value) FROM json_each(personal::json) WHERE value->>1 <> 'to be redacted')"
    tamper(f"UPDATE timeline_eventbody SET personal = {without}::text {body}", s=case.id)
    assert of_world(world, case.id) == ()
    tamper(f"UPDATE timeline_eventbody SET personal = replace(personal, '\",\"', '\",\"X') {body}", s=case.id)
    (broken,) = of_world(world, case.id)
    assert (broken.seq, broken.what) == (2, "a personal value in it was changed")

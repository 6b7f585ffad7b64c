"""Behind the notary's back: what the tests of tampering share."""

from contextlib import contextmanager
from uuid import UUID

from tenants.scope import scoped_to
from timeline.chain import Verdict, verify

TABLES = ("timeline_event", "timeline_eventbody", "timeline_stream")


@contextmanager
def unwatched(superuser):
    """A transaction in which no trigger of the timeline runs."""
    with superuser.transaction():
        for table in TABLES:
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield
        for table in TABLES:
            superuser.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        for trigger in ("no_change", "no_truncate"):
            superuser.execute(f"ALTER TABLE timeline_event ENABLE ALWAYS TRIGGER {trigger}")
            superuser.execute(f"ALTER TABLE timeline_eventbody ENABLE ALWAYS TRIGGER {trigger}")
        for trigger in ("about_organization", "append"):
            superuser.execute(f"ALTER TABLE timeline_event ENABLE ALWAYS TRIGGER {trigger}")


def judged(kept, stream_id=None) -> Verdict:
    with scoped_to(kept.id):
        return verify(stream_id)


def first_broken(kept, stream: UUID) -> tuple[int, str]:
    """The first broken event, found over all streams and in the stream alone; no other stream is accused."""
    (broken,) = judged(kept).broken
    assert broken.stream_id == stream
    assert judged(kept, stream).broken == (broken,)
    return broken.seq, broken.what


def of_world(world, stream_id):
    with scoped_to(world.organization_id):
        return verify(stream_id).broken


THREE = "WHERE stream_id = %(s)s AND seq = 3"
BODY_THREE = "WHERE id = (SELECT id FROM timeline_event WHERE stream_id = %(s)s AND seq = 3)"

"""Door-bells: few messages for many rings, none lost for good, and no act fails because Valkey is away."""

from uuid import uuid4

import pytest
import redis
from django.conf import settings

from casefy import alive, doorbell
from casefy.announce import announce, channel
from casefy.celery import Ticking, app
from casefy.valkey import client

NAME = "casefy.alive.heartbeat"


@pytest.fixture(autouse=True)
def silence():
    client().delete(settings.CELERY_TASK_DEFAULT_QUEUE, f"casefy:bell:{NAME}")
    yield
    client().delete(settings.CELERY_TASK_DEFAULT_QUEUE, f"casefy:bell:{NAME}")


@pytest.fixture
def valkey_is_away(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.cache_clear()
    yield
    client.cache_clear()


def waiting() -> int:
    return client().llen(settings.CELERY_TASK_DEFAULT_QUEUE)


def test_messages_are_kept_until_done_one_at_a_time_and_only_json():
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (
        True,
        True,
        1,
    )
    assert (conf.accept_content, conf.task_serializer, conf.task_ignore_result) == (["json"], "json", True)
    assert conf.task_default_queue == settings.CELERY_TASK_DEFAULT_QUEUE


def test_every_task_ends_but_an_import_which_lasts_as_long_as_its_file():
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert set(settings.TICKS) <= set(ours)
    endless = {name for name, task in ours.items() if not (task.soft_time_limit and task.time_limit)}
    assert endless == {"automations.tasks.run_imports"}


def test_a_hundred_rings_put_one_message_in_the_queue():
    for _ in range(100):
        doorbell.ring(NAME)
    assert waiting() == 1


def test_a_bell_that_was_answered_rings_again():
    doorbell.ring(NAME)
    app.tasks[NAME]()
    doorbell.ring(NAME)
    assert waiting() == 2


def test_a_bell_whose_message_was_lost_rings_again_after_the_window():
    doorbell.ring(NAME)
    assert 0 < client().pttl(f"casefy:bell:{NAME}") <= doorbell.WINDOW.total_seconds() * 1000


def test_ringing_and_announcing_without_valkey_is_no_error(valkey_is_away, caplog):
    doorbell.ring(NAME)
    announce(uuid4(), {"seq": 1})
    assert "the door-bell does not ring" in caplog.text
    assert "live updates are not delivered" in caplog.text


def test_an_announcement_reaches_who_listens():
    organization = uuid4()
    with redis.Redis.from_url(settings.REDIS_URL) as other, other.pubsub() as pubsub:
        pubsub.subscribe(channel(organization))
        pubsub.get_message(timeout=20)
        announce(organization, {"stream_id": organization, "seq": 7})
        message = pubsub.get_message(timeout=20)
    assert message["data"] == f'{{"stream_id":"{organization}","seq":7}}'.encode()


def test_beat_knows_every_task_of_its_schedule():
    """A name without a task would be said in a log that nobody reads."""
    app.loader.import_default_modules()
    assert set(settings.TICKS) <= set(app.tasks)
    assert set(Ticking(app, lazy=False).schedule) == set(settings.TICKS)


def test_beats_ticks_do_not_pile_up_while_no_worker_is_there():
    beat = Ticking(app, lazy=False)
    for _ in range(5):
        beat.apply_async(beat.schedule[NAME])
    assert waiting() == 1


@pytest.mark.parametrize(
    ("silence_for", "messages", "busy", "deaf"),
    [(61, 3, False, True), (61, 0, False, False), (61, 3, True, False), (30, 3, False, False)],
)
def test_a_worker_is_deaf_when_messages_wait_and_it_neither_hears_nor_works(
    silence_for, messages, busy, deaf
):
    assert alive.is_deaf(silence_for, messages, busy) is deaf

"""The Celery application. Messages are door-bells: they carry ids at most, the work itself is rows in Postgres."""

import os
import warnings
from typing import Any

import structlog
from celery import Celery, Task
from celery.beat import ScheduleEntry, Scheduler

from casefy import alive, doorbell

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casefy.settings")
# Celery warns root because of pickled messages; ours are JSON (CELERY_ACCEPT_CONTENT).
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

log = structlog.get_logger(__name__)


class Answering(Task):  # type: ignore[misc]
    """A task that takes its door-bell's mark away before it looks for work, and ends.

    Whatever it waits for in vain is interrupted (seconds), then its process ended: the rows are there for the next one.
    Not `task_time_limit`: from that no task could be left out, and an import lasts as long as its file.
    """

    soft_time_limit = 600
    time_limit = 660

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        doorbell.answer(self.name)
        return super().__call__(*args, **kwargs)


class Ticking(Scheduler):  # type: ignore[misc]
    """Beat without a file: it rings bells (so nothing piles up while no worker is there) and says that it lives."""

    def setup_schedule(self) -> None:
        """Take the schedule from the settings; a task that does not exist is said once, not rung every second."""
        self.app.loader.import_default_modules()
        for name, entry in self.app.conf.beat_schedule.items():
            if entry["task"] in self.app.tasks:
                self.add(name=name, **entry)
            else:
                log.error("the schedule names a task that does not exist", task=entry["task"])

    def apply_async(
        self,
        entry: ScheduleEntry,
        producer: object = None,  # noqa: ARG002 - Celery's own signature
        advance: bool = True,
        **_: Any,
    ) -> None:
        """Ring the bell of one entry of the schedule."""
        if advance:
            self.reserve(entry)
        doorbell.ring(entry.task)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One round of beat."""
        alive.mark("beat")
        return min(float(super().tick(*args, **kwargs)), alive.MARK_EVERY)


app = Celery("casefy", task_cls=Answering)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(  # no knobs: every task is written for exactly this
    accept_content=["json"],
    beat_max_loop_interval=alive.MARK_EVERY,
    broker_connection_retry_on_startup=True,
    task_acks_late=True,
    task_default_delivery_mode="transient",
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    timezone="UTC",
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
)
app.autodiscover_tasks()
app.autodiscover_tasks(["casefy"], related_name="alive")

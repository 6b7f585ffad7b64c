"""The Celery tasks. Each looks for its work in Postgres, may run twice or beside itself, and takes no arguments.

`casefy.settings.TICKS` says how often beat rings for each; acts ring for what they just wrote.
"""

from celery import shared_task

from automations.relaying import carry_on
from timeline.record import RELAY


@shared_task(name=RELAY)
def relay() -> None:
    """Carry events to their subscribers."""
    carry_on()

"""The Celery tasks. Each looks for its work in Postgres, may run twice or beside itself, and takes no arguments.

`casefy.settings.TICKS` says how often beat rings for each; acts ring for what they just wrote.
"""

from celery import shared_task
from django.contrib.sessions.backends.cached_db import SessionStore

from automations.following_up import follow_up
from automations.forgetting_files import forget_left_files
from automations.imports import bring_in_due
from automations.relaying import carry_on
from casefy.doorbell import ring
from cases.actions.importing import BELL as RUN_IMPORTS
from outbound.forgetting import forget_old
from outbound.sending import send_due
from outbound.subscribers import SEND_MAIL
from tenants.token_use import flush
from timeline.record import RELAY

MAILS_PER_ROUND = 50


@shared_task(name=RELAY)
def relay() -> None:
    """Carry events to their subscribers."""
    carry_on()


@shared_task(name=SEND_MAIL)
def send_mail() -> None:
    """Send the mails that are due; after a full round, ring for another, so that other work gets its turn."""
    if send_due(MAILS_PER_ROUND) == MAILS_PER_ROUND:
        ring(SEND_MAIL)


@shared_task(name=RUN_IMPORTS, soft_time_limit=0, time_limit=0)  # as long as the files; each has a lease
def run_imports() -> None:
    """Bring in the event logs that wait."""
    bring_in_due()


@shared_task(name="automations.tasks.forget")
def forget() -> None:
    """Remove what is past its time: sent mails, notices, files nobody brought in, sessions that have ended."""
    forget_old()
    forget_left_files()
    SessionStore.clear_expired()


@shared_task(name="automations.tasks.follow_up")
def follow_up_cases() -> None:
    """Say of cases on hold that their day to look again has come."""
    follow_up()


@shared_task(name="automations.tasks.flush_token_use")
def flush_token_use() -> None:
    """Write down when tokens were last used."""
    flush()

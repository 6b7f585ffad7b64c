"""What has to be done again and again behind the JSON door."""

import structlog
from celery import shared_task
from django.db import connection

from api.once import KEPT_FOR

log = structlog.get_logger(__name__)


@shared_task(name="api.tasks.forget_answers")
def forget_answers() -> int:
    """Remove answers kept for longer than a day, of every organization; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT porter.forget_answers(%s::interval)", [KEPT_FOR])
        gone = int(cursor.fetchone()[0])
    if gone:
        log.info("kept answers forgotten", count=gone)
    return gone

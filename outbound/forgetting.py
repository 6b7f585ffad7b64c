"""What was sent and what was to be read is kept for a while: the timeline is what lasts."""

from datetime import timedelta

import structlog
from django.db import connection

# From when they were sent; what could not be sent stays until somebody decides.
MAILS_KEPT = timedelta(days=30)
NOTICES_KEPT = timedelta(days=180)

log = structlog.get_logger(__name__)


def forget_old() -> tuple[int, int]:
    """Remove sent mails and notices that are past their time, of every organization; return how many of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM porter.forget_outbound(make_interval(days => %s), make_interval(days => %s))",
            [MAILS_KEPT.days, NOTICES_KEPT.days],
        )
        mails, notices = cursor.fetchone()
    if mails or notices:
        log.info("old mails and notices forgotten", mails=mails, notices=notices)
    return mails, notices

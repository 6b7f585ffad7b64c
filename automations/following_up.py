"""Says of cases on hold that their day to look again has come, where their organizations are."""

from uuid import UUID

import structlog
from django.db import connection

from casefy.clock import now
from casefy.errors import Refused
from cases.actions.pausing import reach_follow_up
from tenants.actor import system_actor

logger = structlog.get_logger(__name__)


def follow_up(most: int = 200) -> int:
    """Say it of every case that is due, fairly by organization, and return of how many it was said.

    Safe to run in any number of workers, and to be killed at any moment: what is owed stands in the case's row, and
    is settled in the transaction that says it.
    """
    said = 0
    while due := _due(most):
        here = sum(_say(organization_id, case_id) for organization_id, case_id in due)
        said += here
        if len(due) < most or not here:
            break
    return said


def _due(most: int) -> list[tuple[UUID, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM porter.follow_ups_due(%s, %s)", [now(), most])
        return list(cursor.fetchall())


def _say(organization_id: UUID, case_id: UUID) -> bool:
    try:
        reach_follow_up(by=system_actor(organization_id), case_id=case_id)
    except Refused:
        return False  # taken up again, or said by another worker meanwhile
    except Exception:
        logger.exception("follow_up.failed", case_id=str(case_id))
        return False
    return True

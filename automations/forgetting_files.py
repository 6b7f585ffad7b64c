"""Lets files go that were handed in and that nobody brought in, and what is left of uploads that were cut off."""

from uuid import UUID

import structlog
from django.db import connection

from casefy.errors import Refused
from cases.actions.importing import forget_file
from cases.logs.files import KEPT, LONGEST_UPLOAD
from tenants.actor import system_actor

logger = structlog.get_logger(__name__)


def forget_left_files() -> int:
    """Let each file go that is past its time, of every organization; return how many went."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM porter.files_left(make_interval(secs => %s), make_interval(secs => %s))",
            [KEPT.total_seconds(), LONGEST_UPLOAD.total_seconds()],
        )
        left = cursor.fetchall()
    return sum(_forget(organization_id, import_id) for organization_id, import_id in left)


def _forget(organization_id: UUID, import_id: UUID) -> bool:
    try:
        forget_file(by=system_actor(organization_id), import_id=import_id)
    except Refused:
        return False  # somebody went on with it, or discarded it, meanwhile
    return True

"""Time in stages: what a case has spent where. Calendar seconds, exact to the millisecond."""

from datetime import datetime

from cases.models import Case


def leave_stage(case: Case, at: datetime) -> float:
    """Add the time in the stage being left to the case, and return it in seconds."""
    seconds = round(max(0.0, (at - case.stage_entered_at).total_seconds()), 3)
    spent = round(case.stage_seconds.get(case.stage, 0) + seconds, 3)
    case.stage_seconds = {**case.stage_seconds, case.stage: spent}
    case.stage_entered_at = at
    return seconds

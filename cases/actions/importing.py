"""The acts on event logs: hand in a file, say how it is meant, bring it in, stop."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from casefy.doorbell import ring
from casefy.errors import Conflict, Invalid, Missing
from cases.logs.asking import asked_by
from cases.logs.files import KEPT, is_left, keep_file, refuse_another_file, refuse_beyond_room, remove
from cases.logs.instants import reader_for
from cases.logs.keeping import Claim, forget_findings, forget_pieces, take
from cases.logs.models import LogImport
from cases.logs.plan import Plan
from cases.logs.proposal import OFFERED_KINDS, SKIP
from cases.logs.telling import discarded, forgotten, planned, started, stopped, tell, uploaded
from templates_app.parse import LONGEST_TEMPLATE_NAME
from tenants.actions.configuring import hold_organization, must_be_seen, permit
from tenants.actor import Actor
from tenants.scope import scoped_to

BELL = "automations.tasks.run_imports"
FORGOTTEN = (
    f"The file was kept for {KEPT.days} days, and nobody went on with it. Upload it again to bring it in."
)


def upload_log(
    *,
    by: Actor,
    file_name: str,
    content: Iterable[bytes],
    template_name: str = "",
    zone: str = "UTC",
    at_once: bool = False,
) -> LogImport:
    """Hand in a file and have a worker look at it, or bring it in `at_once`; returns the import's row.

    The file is kept in the database, piece by piece, so that it survives restarts and any worker finds it. `zone` is
    that of times which name none. Without a `template_name` one is made of the file's.
    Raises Forbidden, Invalid for an empty or too large file, and Conflict where too many files wait already.
    """
    log = _row(by, file_name, template_name, Plan(zone=zone), state="receiving")
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        _permit(by)
        refuse_another_file()
        log.save(force_insert=True)
    try:
        keep_file(log, content)
        with scoped_to(by.organization_id), transaction.atomic(durable=True):
            _permit(by)  # once more: an upload can take long
            refuse_beyond_room(log)
            log.state, log.is_stored, log.active_at = "waiting", True, now()
            log.wish = "import" if at_once else "look"
            log.save(update_fields=["state", "is_stored", "wish", "digest", "file_bytes", "active_at"])
            tell(uploaded(log), by=by)
            if at_once:
                tell(started(log), by=by)
            transaction.on_commit(partial(ring, BELL), robust=True)
    except Exception:  # nothing is kept of what did not come in whole; a killed server's, a tick finds
        _give_up(log)
        raise
    return log


def begin_import(
    *, by: Actor, file_name: str, template_name: str, digest: bytes, size: int, plan: Plan
) -> Claim:
    """Begin an import whose file stays with the caller (the command line), or take up the one that was killed.

    Returns the caller's claim on it. Raises Forbidden, and Invalid for a plan or a name that cannot be.
    """
    asked = plan.to_json()
    fresh = _row(by, file_name, _named(template_name), plan, state="waiting")
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        _permit(by)
        unfinished = LogImport.objects.select_for_update(of=("self",), no_key=True).filter(
            digest=digest, template_name=fresh.template_name, is_stored=False, found__asked=asked
        )
        log = unfinished.exclude(state="done").order_by("-id").first()
        if log is None:
            log, log.digest, log.file_bytes = fresh, digest, size
            log.wish, log.found = "import", {"asked": asked}
            log.save(force_insert=True)
        # Whoever held it before was killed, or loses it now.
        log.asked_by, log.attempts = asked_by(by), 0
        log.save(update_fields=["asked_by"])
        tell(started(log), by=by)
        return take(log)


def plan_import(
    *, by: Actor, import_id: UUID, plan: Plan, template_name: str, expected_version: int | None = None
) -> LogImport:
    """Say how the columns are meant and what the template is called; a worker looks at the file again."""
    _check(plan)
    wanted = {"plan": plan.to_json(), "template_name": _named(template_name)}
    return _want(by, import_id, "look", wanted, expected_version)


def start_import(*, by: Actor, import_id: UUID, expected_version: int | None = None) -> LogImport:
    """Bring the file in as the last look showed it, or go on where the import, or the look, was stopped or failed."""
    return _want(by, import_id, "import", {}, expected_version)


def stop_import(*, by: Actor, import_id: UUID, expected_version: int | None = None) -> LogImport:
    """Stop an import between two batches. What is in stays in, and it can go on later."""
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        log = _hold(by, import_id, expected_version)
        if not log.is_working:
            raise Conflict("This import is not running.", code="not_running")
        log.state, log.claimed_by, log.claimed_until, log.active_at = "stopped", None, None, now()
        log.save_counted("state", "claimed_by", "claimed_until", "active_at")
        tell(stopped(log), by=by)
    return log


def discard_import(*, by: Actor, import_id: UUID, expected_version: int | None = None) -> None:
    """Remove an import from the list, with its file and findings; cases it made stay. Raises Conflict while it runs."""
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        log = _hold(by, import_id, expected_version)
        if log.is_working:
            raise Conflict("Stop the import first.", code="running")
        forget_pieces(log)
        forget_findings(log)
        LogImport.objects.filter(id=log.id).delete()
        tell(discarded(log), by=by)


def forget_file(*, by: Actor, import_id: UUID) -> None:
    """Let the file of an import go with which nobody went on in time, and of one that was cut off all there is.

    What came in stays in. Raises Conflict where somebody went on with it meanwhile.
    """
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        log = _hold(by, import_id)
        if not is_left(log):
            raise Conflict("Somebody went on with this import.", code="running")
        if log.state == "receiving":
            remove(log)
            return
        forget_pieces(log)
        log.is_stored = False
        log.state = "stopped" if log.state == "ready" else log.state
        log.error = f"{log.error} {FORGOTTEN}".strip()
        log.save(update_fields=["is_stored", "state", "error"])
        tell(forgotten(log), by=by)


def _want(
    by: Actor, import_id: UUID, wish: str, changes: dict[str, Any], expected_version: int | None
) -> LogImport:
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        log = _hold(by, import_id, expected_version)
        if log.is_working:
            raise Conflict("A worker is busy with this import. Wait for it, or stop it.", code="running")
        if not log.is_stored:
            raise Conflict("The file of this import is no longer kept. Upload it again.", code="no_file")
        if log.wish == "look" and log.state in ("stopped", "failed"):
            wish = "look"  # the look that was stopped or failed comes first
        if wish == "import" and log.wish == "look" and log.found.get("problem", "not looked at"):
            raise Conflict("Say first how the columns are meant.", code="not_ready")
        if wish == "import" and not log.template_name:
            raise Invalid("The template needs a name.", fields={"template_name": "Say what the cases are."})
        fresh = {
            "state": "waiting",
            "wish": wish,
            "attempts": 0,
            "error": "",
            "active_at": now(),
            "asked_by": asked_by(by),
            **changes,
        }
        for name, value in fresh.items():
            setattr(log, name, value)
        log.save_counted(*fresh)
        tell(planned(log) if wish == "look" else started(log), by=by)
        transaction.on_commit(partial(ring, BELL), robust=True)
    return log


def _row(by: Actor, file_name: str, template_name: str, plan: Plan, *, state: str) -> LogImport:
    """The row of a new import, not saved. Raises Invalid."""
    _check(plan)
    return LogImport(
        organization_id=by.organization_id,
        state=state,
        file_name=_plain(file_name)[-200:] or "log",
        template_name=_named(template_name) if template_name else _suggested(file_name),
        plan=plan.to_json(),
        digest=b"",
        asked_by=asked_by(by),
    )


def _permit(by: Actor) -> None:
    """Raise Forbidden unless the actor may import by now, and until the act ends: the organization is held."""
    by, organization = hold_organization(by)
    permit(by, "case.import", organization)


def _hold(by: Actor, import_id: UUID, expected_version: int | None = None) -> LogImport:
    _permit(by)
    log = LogImport.objects.select_for_update(of=("self",), no_key=True).filter(id=import_id).first()
    if log is None:
        raise Missing("There is no such import.", code="no_such_import")
    must_be_seen(log.version, expected_version, "import")
    return log


def _give_up(log: LogImport) -> None:
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        remove(log)


def _named(name: str) -> str:
    name = " ".join(_plain(name).split())
    if not name or len(name) > LONGEST_TEMPLATE_NAME:
        sentence = f"Give the template a name of at most {LONGEST_TEMPLATE_NAME} characters."
        raise Invalid(sentence, fields={"template_name": sentence})
    return name


def _suggested(file_name: str) -> str:
    """What the cases may be called, by the name of their file; empty where that says nothing."""
    stem = _plain(file_name).replace("\\", "/").rpartition("/")[2].partition(".")[0]
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())
    return (words[:1].upper() + words[1:])[:LONGEST_TEMPLATE_NAME].strip()


def _check(plan: Plan) -> None:
    try:
        reader_for(plan.zone)
    except ValueError as error:
        raise Invalid(str(error), fields={"zone": str(error)}) from None
    unknown = sorted(set((plan.kinds or {}).values()) - {*OFFERED_KINDS, SKIP})
    if unknown:
        sentence = (
            f"“{unknown[0][:60]}” is no kind of field here. There are {', '.join((*OFFERED_KINDS, SKIP))}."
        )
        raise Invalid(sentence, fields={"kinds": sentence})


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text).strip()

"""What is done to a case from a dialog: moved, assigned, held, resumed, closed, cancelled, reopened; and comments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods, require_POST

from casefy.errors import Refused
from cases.actions.assigning import assign_case
from cases.actions.commenting import comment_on_case
from cases.actions.ending import cancel_case, close_case, reopen_case
from cases.actions.moving import move_case
from cases.actions.pausing import hold_case, resume_case
from cases.models import Case
from cases.queries import CaseRow, row_of
from tenants.scope import reading
from ui.cases.desk import Desk, case_numbered, desk
from ui.cases.moving import asked_anew, fill_in_first, moves_offered
from ui.cases.page import PIECES, case_changed, context_of
from ui.draw import Fragment, Toast, draw
from ui.reading import day_or_none, id_or_none, number_or_none

if TYPE_CHECKING:
    from ui.entering import InOrganization


@dataclass(frozen=True, slots=True)
class Act:
    """One act: how its dialog speaks, how its form is read, and which function does it.

    `tells` says what will happen and whether it can be undone; `keep` is the button that leaves all as it is.
    """

    title: str
    submit: str
    done: str
    do: Callable[..., Case]
    read: Callable[[QueryDict], Mapping[str, Any]]
    tells: str = ""
    keep: str = "Cancel"
    is_final: bool = False

    def titled(self, number: str) -> str:
        """Return the dialog's title for this very case."""
        return self.title.format(number=number)


def _reason(posted: QueryDict) -> dict[str, Any]:
    return {"reason": posted.get("reason", "")}


ACTS: Mapping[str, Act] = {
    "move": Act(
        "Move to another stage", "Move", "Moved", move_case,
        lambda posted: {"to": posted.get("to", ""), **_reason(posted)},
    ),
    "assign": Act(
        "Assign", "Assign", "Assigned", assign_case,
        lambda posted: {
            "owner": id_or_none(posted.get("owner")), "team": id_or_none(posted.get("team")), **_reason(posted)
        },
    ),
    "hold": Act(
        "Put on hold", "Put on hold", "Put on hold", hold_case,
        lambda posted: {"until": day_or_none(posted.get("until")), **_reason(posted)},
    ),
    "resume": Act("Resume", "Resume", "Resumed", resume_case, _reason),
    "close": Act(
        "Close case {number}?", "Close case", "Closed", close_case,
        lambda posted: {"outcome": posted.get("outcome", ""), **_reason(posted)},
        "It leaves the board and every inbox. It can be reopened.", "Keep it open",
    ),
    "cancel": Act(
        "Cancel case {number}?", "Cancel case", "Cancelled", cancel_case, _reason,
        "It ends without an outcome, and leaves the board and every inbox. It can be reopened.", "Keep it",
        is_final=True,
    ),
    "reopen": Act(
        "Reopen case {number}", "Reopen case", "Reopened", reopen_case,
        lambda posted: {"stage": posted.get("stage") or None, **_reason(posted)},
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: "InOrganization", number: str, name: str) -> HttpResponse:
    """Show an act's dialog (GET) or do it (POST)."""
    if name not in ACTS:
        raise Http404
    if request.method == "POST":
        return _do(request, number, name)
    case = case_numbered(request, number)
    return _dialog(request, case, name, request.GET)


@require_POST
def comment(request: "InOrganization", number: str) -> HttpResponse:
    """Add a comment."""
    typed = request.POST.get("text", "")
    composer = Fragment(
        "cases/_composer.html", "composer", {}, swap="outerHTML"
    )  # emptied, whatever was typed
    pieces: list[str | Fragment] = [*PIECES, composer]
    status, error = 200, ""
    case: CaseRow | None = None
    try:
        case = row_of(comment_on_case(by=request.actor, case_id=number, text=typed))
    except Refused as refused:
        pieces, status = [composer], refused.status
        error = refused.fields.get("text", refused.message)
    with reading():
        context = context_of(request, case or case_numbered(request, number))
        context |= {"comment_typed": typed if error else "", "comment_error": error}
        return draw(request, "cases/case.html", context, fragments=pieces, status=status)


def _do(request: "InOrganization", number: str, name: str) -> HttpResponse:
    chosen = ACTS[name]
    if name == "move" and "ask" in request.POST:
        with reading():
            return _dialog(request, case_numbered(request, number), name, asked_anew(request.POST))
    expected = number_or_none(request.POST.get("expected_version"))
    try:
        if name == "move":
            expected = fill_in_first(request, number, expected)
        given = chosen.read(request.POST)
        left = row_of(chosen.do(by=request.actor, case_id=number, expected_version=expected, **given))
    except Refused as error:
        with reading():
            return _refused(request, number, name, error)
    with reading():
        done = f"{chosen.done} to {desk(request).stage_of(left).name}" if name == "move" else chosen.done
        return case_changed(request, left, f"{done}: {left.number}")


def _refused(request: "InOrganization", number: str, name: str, error: Refused) -> HttpResponse:
    """Draw the dialog again, what was typed in it, with the reason beside it and what happened meanwhile."""
    case = case_numbered(request, number)
    return _dialog(request, case, name, request.POST, error=error, meanwhile=_meanwhile(error))


def _meanwhile(error: Refused) -> list[str]:
    if error.code != "stale":
        return []
    return [f"{each['by']} {each['sentence']}." for each in error.details["changed"]]


def _dialog(
    request: "InOrganization", case: CaseRow, name: str, typed: QueryDict, *,
    error: Refused | None = None, meanwhile: list[str] | None = None,
) -> HttpResponse:  # fmt: skip
    chosen, at = ACTS[name], desk(request)
    context = {
        "here": "cases",
        "case": case,
        "act": name,
        "chosen": chosen,
        "title": chosen.titled(case.number),
        "version": case.version if error else number_or_none(typed.get("expected_version")) or case.version,
        "typed": typed,
        "error": error,
        "meanwhile": meanwhile or [],
        **_offered(case, name, typed, at, error),
    }
    if error is None:
        return draw(request, "cases/act.html", context, fragments=["cases/_act.html"])
    # Sent from a dialog, its form is drawn again; sent from a button, a toast has to do.
    toast = None if request.POST.get("dialog") else Toast(_in_one(error, meanwhile or []), "warning")
    pieces = ["cases/_act.html"] if request.POST.get("dialog") else []
    headers = {"HX-Trigger": "casefy:look-again"} if toast else None
    return draw(
        request,
        "cases/act.html",
        context,
        fragments=pieces,
        toast=toast,
        status=error.status,
        headers=headers,
    )


def _in_one(error: Refused, meanwhile: list[str]) -> str:
    return " ".join(
        [error.message, *meanwhile, *(text for text in error.fields.values() if text not in error.message)]
    )


def _offered(case: CaseRow, name: str, typed: QueryDict, at: Desk, error: Refused | None) -> dict[str, Any]:
    """Return what the dialog of this act offers to choose from."""
    if name == "move":
        return moves_offered(case, typed, at, error)
    definition = at.template_of(case).definition
    if name == "assign":
        owner, team = _text(case.owner_id), _text(case.team_id)
        return {"owner": typed.get("owner", owner), "members": at.owner_choices(case.owner_id),
                "team": typed.get("team", team), "teams": at.team_choices, "me": _text(at.by.member_id)}  # fmt: skip
    needs = definition.needs_reason(name) or name == "hold"
    stages = [(stage.key, stage.name) for stage in definition.active_stages]
    outcomes = [(option.key, option.name) for option in definition.active_outcomes]
    return {
        "needs_reason": needs,
        "stages": stages,
        "outcomes": outcomes,
        "stage_now": typed.get("stage", case.stage),
    }


def _text(id_: UUID | None) -> str:
    return str(id_) if id_ else ""

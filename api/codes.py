"""Every code a refusal can carry, with what it means and what to do. Feeds `/errors/<code>` and docs/errors.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its usual status, a short title, and the way out."""

    status: int
    title: str
    remedy: str


_CODES = {
    # The door's own.
    "bad_request": Code(400, "The request cannot be read", "Send well-formed JSON, headers and parameters."),
    "bad_fields": Code(400, "A field is not what is expected", "`fields` names each one and what it should be."),
    "unknown_fields": Code(400, "There are fields nobody asked for",
        "Send only what the document lists; `fields` names the others."),
    "unknown_parameters": Code(400, "There are parameters nobody asked for",
        "`fields` names them and lists those there are."),
    "bad_parameters": Code(400, "A parameter is not what is expected",
        "`fields` names each one and what it should be."),
    "bad_value": Code(400, "A value cannot be kept",
        "Dates lie between the years 1 and 9999, numbers have at most 15 digits."),
    "bad_idempotency_key": Code(400, "The Idempotency-Key cannot be used",
        "Use 1 to 200 letters, digits or .:_- such as a UUID."),
    "bad_etag": Code(400, "If-Match cannot be used",
        'Use one ETag as it was given, such as "17"; none where nothing has a version.'),
    "organization_needed": Code(400, "Which organization is meant?",
        "Send its slug as X-Organization; GET /api/v1/organizations lists yours."),
    "unauthenticated": Code(401, "Who are you?",
        "Send Authorization: Bearer cfy_… with a token that is neither revoked nor expired."),
    "csrf": Code(403, "The CSRF token is missing",
        "Send the csrftoken cookie's value as X-CSRFToken. Programs use tokens instead."),
    "method_not_allowed": Code(405, "The address does not know this method",
        "The Allow header lists those it knows."),
    "too_large": Code(413, "The body is too large",
        "Send less at once. Event logs: pack the file with gzip, split it, or use `casefy import-log`."),
    "unsupported_media_type": Code(415, "The body is of a type that is not taken here",
        "Send Content-Type: application/json, or where a file is taken one of the types the document lists."),
    "key_reused": Code(422, "This Idempotency-Key was used for something else",
        "Make a new key for every new request; repeat one only to repeat the very same request."),
    "busy": Code(409, "Somebody else is changing the same thing", "Try again after Retry-After seconds."),
    "invited_just_now": Code(429, "The address was invited a moment ago", "Wait for Retry-After seconds."),
    "invited_too_many": Code(429, "Too many were invited within a day",
        "Wait for Retry-After seconds; CASEFY_INVITATIONS_PER_DAY says how many."),
    "limited": Code(429, "Too many requests", "Wait for Retry-After seconds. RateLimit headers say what is left."),
    "broken": Code(500, "Something went wrong on our side",
        "It was logged: name the problem's instance when you ask about it."),
    "unavailable": Code(503, "The service is not ready", "Try again after Retry-After seconds."),
    # What any act may answer.
    "invalid": Code(422, "This makes no sense as it is", "`fields` says what to mend."),
    "forbidden": Code(403, "You may not do this", "`permission` is what is missing, `who_could` who can."),
    "let_out": Code(403, "You were let out while you were waiting",
        "The member was deactivated, or the token was revoked or has expired: come in again."),
    "missing": Code(404, "There is no such thing", "It is not there, or not yours to see: the two look the same."),
    "conflict": Code(409, "This cannot be done now", "Look at the present state, then decide again."),
    "stale": Code(409, "It changed in the meantime",
        "Read it again and send the new version. With If-Match the status is 412; `version` is the present one."),
    "no_such_address": Code(404, "There is nothing at this address", "See /api/docs for the addresses there are."),
    # People and organizations.
    "accepted": Code(409, "The invitation was accepted already", "Nothing is left to do."),
    "active": Code(409, "The member is active already", "Nothing is left to do."),
    "already_member": Code(409, "They are a member already", "Change their role instead."),
    "archived": Code(409, "The team is archived", "Restore it first."),
    "built_in": Code(409, "Built-in roles cannot be changed", "Make a role of your own."),
    "by_token": Code(403, "A token cannot do this", "Log in and do it in the settings."),
    "expired": Code(409, "It has expired", "Ask for a new one."),
    "in_team": Code(409, "They are in the team already", "Nothing is left to do."),
    "in_use": Code(409, "It is in use", "Name a destination for what uses it."),
    "inactive": Code(409, "The member is deactivated", "Choose somebody active, or reactivate them."),
    "last_owner": Code(409, "An organization keeps at least one owner", "Make somebody else an owner first."),
    "may_nothing": Code(409, "The member may do nothing", "Give them a role that allows something first."),
    "more_than_yours": Code(403, "You cannot give what you do not have",
        "`lacking` names the permissions; somebody who has them can do it."),
    "name_taken": Code(422, "The name is taken", "Choose another one."),
    "not_archived": Code(409, "The team is not archived", "Nothing is left to do."),
    "not_in_team": Code(409, "They are not in the team", "Nothing is left to do."),
    "other_address": Code(403, "The invitation is for another address",
        "Log in with the address that was invited."),
    "revoked": Code(409, "It was revoked already", "Nothing is left to do."),
    "slug_taken": Code(422, "The slug is taken", "`free` is one that is not."),
    "still_holds": Code(409, "They still hold something", "`held` counts it: say in `hand_over_to` who takes it."),
    "no_member": Code(403, "Only members can do this", "Log in as the member it is about."),
    "no_inbox": Code(403, "There is no inbox", "Only members have one."),
    # Templates.
    "no_such_template": Code(404, "There is no such template",
        "GET /api/v1/templates lists those there are. Named in a body: 422."),
    "template_retired": Code(409, "The template is retired", "It takes no new cases; choose another one."),
    "allowed_already": Code(409, "The move is allowed already", "Nothing is left to do."),
    "forbidden_already": Code(409, "The move is forbidden already", "Nothing is left to do."),
    "kind_is_fixed": Code(409, "A published field keeps its kind", "Add another field and retire this one."),
    "not_retired": Code(409, "It is not retired", "Nothing is left to do."),
    "retired": Code(409, "It is retired", "Restore it first, or choose another one."),
    "stage_in_use": Code(409, "Cases are in this stage", "Move them first."),
    "too_many": Code(422, "There are too many", "The detail says how many there may be."),
    "was_published": Code(409, "What was published stays", "Retire it instead of removing it."),
    "wrong_order": Code(422, "The order is not complete", "Name every item once."),
    "unreadable": Code(422, "The file cannot be read", "`fields` names each fault, its place and its line."),
    "several_sources": Code(422, "There are several sources", "Start from one: the gallery, a file, or nothing."),
    "no_such_example": Code(422, "The gallery has no such template", "Choose one of the gallery's keys."),
    "unsound": Code(422, "The draft has problems", "`fields` names their places; mend them, then publish."),
    "no_draft": Code(409, "There is no draft", "Change something first."),
    "never_published": Code(409, "The draft is all there is", "Retire the template instead."),
    "unpublished_changes": Code(409, "There are unpublished changes", "Publish or discard them, then try again."),
    # Cases.
    "external_ref_taken": Code(409, "There is a case with this reference",
        "GET /api/v1/cases?template=…&external_ref=… finds it."),
    "number_taken": Code(409, "The case's number is taken", "Have the template's number pattern changed."),
    "no_such_import": Code(404, "There is no such import", "It is not there, or not yours to see."),
    "asker_may_not": Code(403, "Whoever asked for the import may not import any more",
        "Somebody who may can go on with it."),
    "not_running": Code(409, "The import is not running", "Nothing is left to stop."),
    "running": Code(409, "The import is running", "Stop it, or wait for it."),
    "no_file": Code(409, "The file is no longer kept", "Upload it again."),
    "too_many_files": Code(409, "Too many files wait to be brought in",
        "Bring some of them in, or discard what is not needed."),
    "no_room_for_file": Code(409, "The files that wait to be brought in hold too much",
        "Bring some of them in, or discard what is not needed."),
    "not_ready": Code(409, "The import is not ready", "Say first how the columns are meant."),
    "no_such_stage": Code(422, "There is no such stage", "Look at the template for its stages."),
    "no_such_field": Code(422, "There is no such field", "Look at the template for its fields."),
    "no_such_case": Code(404, "There is no such case",
        "It is not there, or not yours to see: the two look the same."),
    "no_such_event": Code(404, "There is no such event", "A case has events from 1 to its version."),
    "history_erased": Code(409, "The case cannot be rebuilt as it was",
        "Something of its timeline was erased for good; later events cannot be rebuilt either."),
    "bad_cursor": Code(400, "This cursor was not given out for this list",
        "Follow `next` as it is, with the same parameters."),
    "bad_filter": Code(400, "The list cannot be made this way", "`fields` names each parameter and what it takes."),
    "fields_missing": Code(422, "The stage needs values that are not there",
        "`fields` names them: change the fields first."),
    "move_not_possible": Code(409, "The case cannot go there now",
        "GET /api/v1/cases/{case}/moves says what is possible, and why not."),
    "reason_needed": Code(422, "A reason is needed", "Send `reason`."),
    "wrong_status": Code(409, "The case's status does not allow this", "Resume or reopen it first."),
}  # fmt: skip

CODES: Mapping[str, Code] = MappingProxyType(_CODES)


def title_of(code: str) -> str:
    """Return a code's title; one that is not listed here (a test would say so) reads as it is written."""
    known = CODES.get(code)
    return known.title if known else code.replace("_", " ").capitalize()


def as_markdown() -> str:
    """Return docs/errors.md."""
    lines = [
        "# Errors",
        "",
        "Made from `api/codes.py` by `python manage.py write_api_docs`; do not edit.",
        "",
        "Every refusal is an RFC 9457 problem (`application/problem+json`): `type`, `title`, `status`, `detail` (a",
        "sentence for a person), `code`, `instance` (the request's id, as in the logs), `fields` (field or parameter →",
        "what is wrong with it) and, for some codes, further members. Programs decide by `code`; sentences may change.",
        "",
        "| code | status | what it says | what to do |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{name}` | {c.status} | {c.title} | {c.remedy} |" for name, c in sorted(CODES.items())]
    return "\n".join(lines) + "\n"

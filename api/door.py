"""The JSON door: how a request becomes a question or an act, in which transaction, and how it is answered.

A question (GET) runs in one READ ONLY transaction that the database itself let the caller into: BEGIN,
enter, SELECT, COMMIT. An act is entered in a statement of its own and then opens its own durable
transaction; with an `Idempotency-Key`, entering, claim, act and answer share one (api/once.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.views import APIView

from api.admission import admit, logged_in
from api.answers import Answer, respond
from api.inputs import Input, read_body
from api.limits import Allowance, refuse_beyond, spend
from api.once import Kept, claim, key_of, one_transaction
from api.parameters import expected_version, read_parameters, without_version
from api.problems import problem_response, refusal_of
from api.refusals import WrongMethod
from api.uploads import receiving
from api.use import note_use
from casefy.receiving import TakesFile
from tenants.actor import Actor
from tenants.directory import directory
from tenants.entering import Entry
from tenants.scope import entered, reading, scoped_to

Handler = Callable[..., Answer]
Admission = Callable[[HttpRequest, dict[str, Any]], Entry]


@dataclass(slots=True)
class Call:
    """One request that was let in: who asks, and what."""

    request: HttpRequest
    entry: Entry
    by: Actor

    def read(self, takes: type[Input]) -> dict[str, Any]:
        """Return the body's fields. Raises BadRequest naming those that are wrong or unknown, and for a version."""
        read_parameters(self.request, ())
        without_version(self.request)
        return read_body(self.request, takes)

    def read_seen(self, takes: type[Input]) -> dict[str, Any]:
        """Return the body's fields and, as `expected_version`, the one that `If-Match` names."""
        read_parameters(self.request, ())
        return {"expected_version": expected_version(self.request)} | read_body(self.request, takes)


class Door(APIView):
    """A view of the API: methods `get`, `post`, … take a Call and the address's parts, and return an Answer.

    `names_organization` marks addresses with a part `slug` that says which organization is meant,
    `takes_file` those whose POST carries a file.
    """

    names_organization: ClassVar[bool] = False
    takes_file: ClassVar[TakesFile | None] = None
    allowance: Allowance | None = None

    def dispatch(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the request; every refusal becomes a problem."""
        try:
            response: HttpResponseBase = self._answer(request, kwargs)
        except Exception as error:  # noqa: BLE001 - the last line before the client: refusal_of logs what nobody foresaw
            response = problem_response(refusal_of(error, request))
        headers = response.headers
        headers["Cache-Control"] = "private, no-cache"
        headers["Vary"] = "Authorization, Cookie, X-Organization"
        headers["X-Content-Type-Options"] = "nosniff"
        if self.allowance is not None:
            for name, value in self.allowance.headers.items():
                headers[name] = value
        return response

    def _answer(self, request: HttpRequest, parts: dict[str, Any]) -> HttpResponseBase:
        method = request.method or ""
        handler: Handler | None = getattr(self, "get" if method == "HEAD" else method.lower(), None)
        if method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(self.methods())})
        if handler is None or method not in _METHODS:
            raise WrongMethod(
                f"{method} does nothing here. Use {', '.join(self.methods())}.",
                details={"allow": self.methods()},
            )
        if "HTTP_AUTHORIZATION" not in request.META:
            logged_in(request)  # known before any transaction: nobody without a session costs one
        if method in ("GET", "HEAD"):
            return self._ask(request, handler, parts)
        if self.takes_file is not None and method == "POST":
            return self._take_file(request, handler, parts, self.takes_file)
        return self._do(request, handler, parts, self._admit)

    def methods(self) -> list[str]:
        """Return the methods this address knows."""
        return [
            *(name for name in _METHODS if hasattr(self, "get" if name == "HEAD" else name.lower())),
            "OPTIONS",
        ]

    def _ask(self, request: HttpRequest, handler: Handler, parts: dict[str, Any]) -> HttpResponseBase:
        with reading():
            entry = self._admit(request, parts)
            with entered(entry.organization_id):
                answer = handler(self._call(request, entry), **parts)
        return respond(answer, request)

    def _take_file(
        self, request: HttpRequest, handler: Handler, parts: dict[str, Any], takes: TakesFile
    ) -> HttpResponseBase:
        """Judge who sends it before any of the file is read; the act judges again when all of it is there."""
        key_of(request)
        entry = self._admit(request, parts)
        with scoped_to(entry.organization_id), reading():
            who_could = directory(entry.organization_id, entry.revision).who_could
            entry.actor().require(takes.permission, who_could)
        with receiving(request, takes):
            return self._do(request, handler, parts, self._enter)

    def _do(
        self, request: HttpRequest, handler: Handler, parts: dict[str, Any], admission: Admission
    ) -> HttpResponseBase:
        key = key_of(request)
        if key is None:
            return self._act(request, handler, parts, admission)
        return self._act_once(request, handler, parts, admission, key)

    def _act(
        self, request: HttpRequest, handler: Handler, parts: dict[str, Any], admission: Admission
    ) -> HttpResponseBase:
        entry = admission(request, parts)
        with scoped_to(entry.organization_id):
            return respond(handler(self._call(request, entry), **parts), request)

    def _act_once(
        self,
        request: HttpRequest,
        handler: Handler,
        parts: dict[str, Any],
        admission: Admission,
        key: str,
    ) -> HttpResponseBase:
        with one_transaction():
            entry = admission(request, parts)
            call = self._call(request, entry)
            with entered(entry.organization_id):
                claimed = claim(
                    request,
                    key,
                    organization_id=entry.organization_id,
                    holder_id=entry.token_id or entry.member_id,
                    route=f"{request.method} {type(self).__name__}",
                )
                if isinstance(claimed, Kept):
                    return respond(claimed.answer, request)
                answer = handler(call, **parts)
                claimed.keep(answer)
        return respond(answer, request)

    def _enter(self, request: HttpRequest, parts: dict[str, Any]) -> Entry:
        return admit(request, parts["slug"] if self.names_organization else None)

    def _admit(self, request: HttpRequest, parts: dict[str, Any]) -> Entry:
        entry = self._enter(request, parts)
        self.allowance = spend(entry.token_id or entry.member_id)
        refuse_beyond(self.allowance)
        note_use(entry)
        return entry

    def _call(self, request: HttpRequest, entry: Entry) -> Call:
        by = entry.actor()
        structlog.contextvars.bind_contextvars(
            organization=str(entry.organization_id), actor=f"{by.kind}:{by.id}"
        )
        return Call(request, entry, by)


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

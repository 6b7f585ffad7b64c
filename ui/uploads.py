"""Forms that carry a file: the visitor and the size are judged before any of the body is read.

A view that takes a file says so with `@takes_file(…)`; to any other a form may carry a small one at most.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from casefy.errors import Refused
from casefy.receiving import FORM, BoundedUpload, TakesFile, refuse_beyond
from tenants.directory import directory
from tenants.scope import reading
from ui.refusals import refusal_response

if TYPE_CHECKING:
    from ui.entering import InOrganization

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


SMALL = TakesFile(1 << 20, "The file is larger than 1 MB; nothing that is taken here is that large.")


def takes_file(takes: TakesFile) -> Callable[[View], View]:
    """Let a view take such files. Stands above its other decorators."""

    def mark(view: View) -> View:
        view.takes_file = takes  # type: ignore[attr-defined]
        return view

    return mark


class UploadMiddleware:
    """Stands above the check of the CSRF token, which is the first that reads a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; it is judged in process_view, when the visitor has been let in."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Receive the form, or draw why not. The API receives for itself."""
        if request.content_type != FORM or request.path_info.startswith("/api/"):
            return None
        takes: TakesFile = getattr(view, "takes_file", SMALL)
        try:
            _judge(request, takes)
            request.upload_handlers = [BoundedUpload(takes.most, takes.sentence)]
            request.FILES  # noqa: B018 - reads the form
        except Refused as refusal:
            return refusal_response(request, refusal)
        return None


def _judge(request: "HttpRequest | InOrganization", takes: TakesFile) -> None:
    refuse_beyond(request.META, takes.most, takes.sentence)
    if takes.permission and hasattr(request, "actor"):
        with reading():
            by = request.actor
            by.require(takes.permission, directory(by.organization_id, by.revision).who_could)

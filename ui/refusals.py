"""Turns an act that was refused into something a person can read: a toast for htmx, a page for a browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from casefy.errors import Limited, Missing, Refused
from ui.draw import Toast, draw

TITLES = {
    400: "That did not work",
    403: "You may not do this",
    404: "There is nothing here",
    409: "Something changed meanwhile",
    413: "This is too large",
    422: "Please check what you entered",
    429: "A moment, please",
}


class RefusalMiddleware:
    """Answers for every view that lets a Refused through. Views catch it where they have a form to redraw."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; refusals arrive in process_exception."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Draw a refusal; leave everything else to Django."""
        if not isinstance(error, Refused) or request.path_info.startswith("/api/"):
            return None
        return refusal_response(request, error)


def refusal_response(request: HttpRequest, error: Refused) -> HttpResponse:
    """Draw a refused act with its status, and with Retry-After where one has to wait."""
    context = {"refusal": error, "title": TITLES.get(error.status, TITLES[400]), "status": error.status}
    tone = "warning" if error.status in (409, 429) else "danger"
    text = " ".join(
        [error.message, *(f"{each}" for each in error.fields.values() if each not in error.message)]
    )
    wait = {"Retry-After": str(error.details.get("retry_after", 1))} if isinstance(error, Limited) else {}
    page = "404.html" if isinstance(error, Missing) else "ui/refused.html"
    return draw(request, page, context, toast=Toast(text, tone), status=error.status, headers=wait)

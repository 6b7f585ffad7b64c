"""Draws what a request asked for: the page for a browser, the pieces that changed for htmx.

A fragment is a template named `_name.html` whose root has `id="name"`. A page includes its fragments, so
both are drawn from one context, and a swapped page equals a reloaded one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece drawn with values of its own, such as one field of many. `id` is the id of its root.

    `swap` is how it takes its place: "outerHTML" where the old one is held fast by hx-morph-skip.
    """

    template: str
    id: str
    context: Mapping[str, Any]
    swap: str = "outerMorph"


@dataclass(frozen=True, slots=True)
class Toast:
    """A short message. `tone` is info, success, warning or danger; `link` goes to what it is about."""

    text: str
    tone: str = "success"
    link: str = ""
    link_text: str = ""


def draw(
    request: HttpRequest,
    page: str,
    context: Mapping[str, Any],
    *,
    fragments: Sequence[str | Fragment] = (),
    toast: Toast | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer with the page, or with the fragments where htmx asks and there are any.

    A request aimed at the dialog gets the first fragment bare; any other gets each fragment addressed to the
    element with its id. `toast` is added for htmx; before a redirect use `messages` instead.
    """
    if wants_fragments(request) and (fragments or toast or is_live(request)):
        html = _bare(request, fragments, context) if aims_at_dialog(request) and status < 400 else ""
        if not html:
            html = "".join(_addressed(request, fragment, context) for fragment in fragments)
        html += toast_partial(request, toast) if toast else ""
        html += _addressed(request, "ui/_inbox_count.html", context) if is_live(request) else ""
    else:
        html = render_to_string(page, dict(context), request)
    response = HttpResponse(html, status=status, headers=dict(headers or {}))
    response["Vary"] = "HX-Request, Cookie"
    response["Cache-Control"] = "no-store"
    return response


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, whether htmx asked or the browser itself."""
    if wants_fragments(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def wants_fragments(request: HttpRequest) -> bool:
    """Return whether htmx asks for pieces: not for a boosted page, nor for one it takes out of its history."""
    return (
        request.headers.get("HX-Request") == "true"
        and "HX-Boosted" not in request.headers
        and "HX-History-Restore-Request" not in request.headers
    )


def is_on_its_own(request: HttpRequest) -> bool:
    """Return whether a form was sent by htmx from a page of its own, as when it was opened in a new tab.

    There is nothing around it that a success could be drawn into.
    """
    return unquote(urlsplit(request.headers.get("HX-Current-URL", "")).path) == request.path


def is_live(request: HttpRequest) -> bool:
    """Return whether the page looks again by itself, because something happened."""
    return "X-Live" in request.headers


def aims_at_dialog(request: HttpRequest) -> bool:
    """Return whether the answer will be put into the shared dialog."""
    return request.headers.get("HX-Target", "").endswith("#dialog")


def toast_partial(request: HttpRequest, toast: Toast) -> SafeString:
    """Draw a toast addressed to the region that shows them."""
    line = render_to_string("ui/_toast.html", {"toast": toast}, request)
    return format_html('<hx-partial hx-target="#toasts" hx-swap="beforeend">{}</hx-partial>', line)


def _bare(request: HttpRequest, fragments: Sequence[str | Fragment], context: Mapping[str, Any]) -> str:
    return _render(request, fragments[0], context) if fragments else ""


def _addressed(request: HttpRequest, fragment: str | Fragment, context: Mapping[str, Any]) -> SafeString:
    if not isinstance(fragment, Fragment):
        fragment = Fragment(fragment, PurePosixPath(fragment).stem.removeprefix("_"), {})
    html = _render(request, fragment, context)
    return format_html(
        '<hx-partial hx-target="[id=\'{}\']" hx-swap="{}">{}</hx-partial>', fragment.id, fragment.swap, html
    )


def _render(request: HttpRequest, fragment: str | Fragment, context: Mapping[str, Any]) -> SafeString:
    if isinstance(fragment, Fragment):
        return render_to_string(fragment.template, {**context, **fragment.context}, request)
    return render_to_string(fragment, dict(context), request)

"""The document that describes this API, pages to read it in, what a code means, and what is not there."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from api.codes import CODES
from api.problems import problem_response
from casefy.errors import Missing

DOCUMENT = Path(__file__).resolve().parent.parent / "openapi.json"
# The two <style> elements Redoc makes: an empty one, which it fills by script, and its loader's.
REDOC_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
)
_A_DAY = "public, max-age=86400"


@cache
def _document() -> bytes:
    return DOCUMENT.read_bytes()


def openapi(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document, as it is in the repository."""
    headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    return HttpResponse(
        _document(), content_type="application/vnd.oai.openapi+json;version=3.1", headers=headers
    )


def front(_request: HttpRequest) -> HttpResponse:
    """Whoever looks in at the door is led to the pages about it."""
    return redirect("api-docs")


def swagger(request: HttpRequest) -> HttpResponse:
    """Swagger UI, which can try requests with the browser's own session."""
    return render(request, "api/swagger.html")


def redoc(request: HttpRequest) -> HttpResponse:
    """Redoc, made for reading."""
    response = render(request, "api/redoc.html")
    response._csp_update = {"style-src": list(REDOC_STYLES)}  # type: ignore[attr-defined]
    return response


def meaning(_request: HttpRequest, code: str) -> HttpResponse:
    """What a problem's code means and what to do: the page its `type` points to."""
    if code not in CODES:
        raise Http404
    known = CODES[code]
    text = f"{code} ({known.status})\n\n{known.title}.\n{known.remedy}\n\nAll codes: {settings.PUBLIC_URL}/api/docs\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": _A_DAY})


def nothing_here(request: HttpRequest) -> HttpResponse:
    """The answer for addresses under /api/ that do not exist."""
    slash = " Addresses end without a slash." if request.path.endswith("/") else ""
    sentence = f"There is nothing at {request.path[:200]}.{slash} See /api/docs for the addresses there are."
    return problem_response(Missing(sentence, code="no_such_address"))

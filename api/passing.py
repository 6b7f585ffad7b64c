"""Requests with a token go straight to their view: what a browser needs is not for them."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import resolve

PREFIX = "/api/v1/"


class TokenMiddleware:
    """Passes API requests that carry an Authorization header by the middleware below this one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, the short way where that is possible."""
        if "HTTP_AUTHORIZATION" not in request.META or not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Http404:
            return self.get_response(request)
        request.resolver_match = match
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response

"""Pages go packed over the wire: a list of fifty cases is a seventh of its size.

What a page says could be guessed from its length where others make it say something and see how long it gets (BREACH).
They cannot: a session's cookie does not come along with what other sites ask for (SameSite), the CSRF token is masked
anew in every answer, and Django makes each length a little random.
"""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PackingMiddleware(GZipMiddleware):
    """Packs pages and pieces of them; what the API says keeps its ETag, and a file its length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response, packed where it is HTML and the browser can unpack it."""
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)

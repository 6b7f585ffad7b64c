"""An address whose page breaks, as one of ours might."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def fails(_: HttpRequest, secret: str) -> HttpResponse:
    """Break."""
    raise RuntimeError(f"broken for {len(secret)} characters")


urlpatterns = [path("fails/<str:secret>", fails)]

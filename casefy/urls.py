"""Every address the product answers. Each app keeps its own list; this file only says where they hang."""

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.urls"))]

if find_spec("api.urls"):
    urlpatterns.append(path("api/", include("api.urls")))
if find_spec("ui.urls"):
    urlpatterns.append(path("", include("ui.urls")))

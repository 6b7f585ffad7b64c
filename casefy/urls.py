"""Every address the product answers. Each app keeps its own list; this file only says where they hang."""

from importlib.util import find_spec

from django.urls import include, path

from casefy import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
]

if find_spec("api.urls"):
    urlpatterns += [path("api/", include("api.urls")), path("errors/", include("api.meanings"))]
if find_spec("ui.urls"):
    urlpatterns.append(path("", include("ui.urls")))

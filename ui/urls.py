"""The HTML door: what hangs under /o/<slug>/, which the middleware has entered by then, and what stands outside."""

from django.urls import include, path, re_path

from ui.cases.urls import urlpatterns as of_cases
from ui.imports_urls import urlpatterns as of_imports
from ui.live import renew
from ui.people_urls import outside
from ui.people_urls import within as of_people
from ui.switching import switch
from ui.templates_editor.urls import urlpatterns as of_templates

within = [
    path("switch", switch, name="switch"),
    path("live", renew, name="live"),
    *of_people,
    *of_templates,
    *of_cases,
    *of_imports,
]

urlpatterns = [*outside, re_path(r"^o/[^/]+/", include(within))]

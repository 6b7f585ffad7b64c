"""The addresses of the designer, under /o/<slug>/."""

from django.urls import path, re_path

from ui.templates_editor import acts, designing, field_sheet, files, listing, publishing

_KEY = "templates/(?P<key>[a-z0-9-]+)"

urlpatterns = [
    path("templates", listing.templates, name="templates"),
    path("templates/new", listing.new_template, name="new_template"),
    path("templates/<slug:key>", designing.designer, name="template"),
    re_path(
        rf"^{_KEY}/(?P<tab>fields|moves|numbers|changes|history)$", designing.designer, name="template_tab"
    ),
    path("templates/<slug:key>/preview", designing.number_preview, name="template_number_preview"),
    path("templates/<slug:key>/about", listing.about, name="template_about"),
    path("templates/<slug:key>/publish", publishing.publish, name="template_publish"),
    path("templates/<slug:key>/file", files.export, name="template_file"),
    path("templates/<slug:key>/import", files.take_in, name="template_import"),
    path("templates/<slug:key>/fields/new", field_sheet.new_field, name="template_new_field"),
    path("templates/<slug:key>/fields/<slug:field>", field_sheet.field, name="template_field"),
    path("templates/<slug:key>/outcomes", acts.outcomes, name="template_outcomes"),
    path("templates/<slug:key>/acts/<slug:name>", acts.act, name="template_act"),
]

"""The addresses of event logs, under /o/<slug>/."""

from django.urls import path

from ui import exports, imports

urlpatterns = [
    path("imports", imports.imports, name="imports"),
    path("imports/sample", imports.take_sample, name="import_sample"),
    path("imports/<uuid:import_id>", imports.log_import, name="import"),
    path("imports/<uuid:import_id>/plan", imports.plan, name="import_plan"),
    path("imports/<uuid:import_id>/start", imports.start, name="import_start"),
    path("imports/<uuid:import_id>/stop", imports.stop, name="import_stop"),
    path("imports/<uuid:import_id>/discard", imports.discard, name="import_discard"),
    path("imports/<uuid:import_id>/lines.csv", imports.findings, name="import_findings"),
    path("exports/<slug:key>.<slug:format>", exports.export, name="export_log"),
]

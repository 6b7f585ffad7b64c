from importlib import import_module

from django.apps import AppConfig


class LogsConfig(AppConfig):
    name = "cases.logs"
    label = "case_logs"
    verbose_name = "Event logs"

    def ready(self) -> None:
        """Register the import's own facts."""
        import_module("cases.logs.events")

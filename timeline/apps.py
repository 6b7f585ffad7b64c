from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TimelineConfig(AppConfig):
    name = "timeline"

    def ready(self) -> None:
        """Read every app's facts and subscribers: every process owes the same events to the same ones."""
        autodiscover_modules("events", "subscribers")

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TenantsConfig(AppConfig):
    name = "tenants"

    def ready(self) -> None:
        """Read what every app says its members can hold, so that nobody leaves with it."""
        autodiscover_modules("holdings")

from django.apps import AppConfig

from casefy import celery  # noqa: F401 - every process that rings a bell, commands included, knows the broker


class CasefyConfig(AppConfig):
    name = "casefy"

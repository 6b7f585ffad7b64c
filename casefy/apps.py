from django.apps import AppConfig


class CasefyConfig(AppConfig):
    name = "casefy"

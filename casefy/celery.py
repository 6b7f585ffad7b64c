"""The Celery application. Messages are door-bells: they carry ids at most, the work itself is rows in Postgres."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casefy.settings")

app = Celery("casefy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""`python manage.py write_api_docs`: writes api/openapi.json and docs/errors.md."""

from typing import Any

from django.core.management.base import BaseCommand

from api.reference import files
from casefy.env import ROOT


class Command(BaseCommand):
    help = "Write the OpenAPI document and the list of errors."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Write each file and say which."""
        for path, text in files().items():
            path.write_text(text)
            self.stdout.write(str(path.relative_to(ROOT)))

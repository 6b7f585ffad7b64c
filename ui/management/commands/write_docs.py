"""`make docs`: writes the generated pages of docs/."""

from typing import Any

from django.core.management.base import BaseCommand

from ui.reference import pages


class Command(BaseCommand):
    help = "Write the pages of docs/ that are generated from the code."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write each page and say which."""
        for path, text in pages().items():
            path.write_text(text)
            self.stdout.write(f"docs/{path.name}")

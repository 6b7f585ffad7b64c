"""`make docs`: writes the generated pages of docs/."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ui.reference import pages


class Command(BaseCommand):
    help = "Write the pages of docs/ that are generated from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--check`."""
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail where a page is not up to date"
        )

    def handle(self, *_args: Any, check: bool = False, **_options: Any) -> None:
        """Write each page, or compare it, and say which."""
        for path, text in pages().items():
            if check and path.read_text() != text:
                raise CommandError(f"docs/{path.name} is not up to date")
            if not check:
                path.write_text(text)
                self.stdout.write(f"docs/{path.name}")

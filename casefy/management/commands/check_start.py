"""`casefy check`: say whether CaseFy may start with these settings on this database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casefy import checks


class Command(BaseCommand):
    """Exits with 1 and one sentence per fault."""

    help = "Say whether the settings, the database role and the walls between tenants are safe to serve with."
    requires_system_checks = "__all__"

    def handle(self, *_: Any, **__: Any) -> None:
        """Print every fault."""
        found = checks.problems()
        if found:
            raise CommandError(
                "CaseFy does not start:\n" + "\n".join(f"  - {sentence}" for sentence in found)
            )
        self.stdout.write("Settings, database role and the walls between tenants are as they should be.")

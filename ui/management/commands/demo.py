"""`casefy demo`: the demo organization, and how to log in to it."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from ui.demo import make_demo


class Command(BaseCommand):
    help = "Make the demo organization (once) and print its logins."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make it, print the logins, and leave them where `casefy up` finds them."""
        lines = make_demo()
        if home := os.environ.get("CASEFY_HOME"):
            Path(home, "demo-login").write_text("\n".join(lines) + "\n")
        self.stdout.write("\n".join(lines))

"""The pages written by the code are as the code is now."""

import os
import re
import subprocess
import sys
from pathlib import Path

from casefy.env import ROOT


def test_the_generated_pages_are_up_to_date():
    # In a process of its own: tests register events and subscribers that the product does not have.
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "casefy.settings", "CASEFY_DEMO": "1"}
    command = [sys.executable, "manage.py", "write_docs", "--check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `make docs` and commit what it writes: {done.stdout}{done.stderr}"


def test_links_between_the_docs_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [*Path(ROOT).glob("*.md"), *Path(ROOT, "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text())
        if not re.match(r"https?:|mailto:", target) and not (page.parent / target).exists()
    ]
    assert broken == []

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


SET_BY_THE_PRODUCT = {"CASEFY_AS_OWNER", "CASEFY_CHECKED", "CASEFY_COLLECTING", "CASEFY_DEMO"}
OF_THE_REPOSITORY = {
    "CASEFY_VENV",
    "CASEFY_CHROMIUM",
    "CASEFY_TEST_HOME",
    "CASEFY_YARDSTICK",
    "CASEFY_BENCH_HOME",
}


def test_what_can_be_configured_is_listed_where_the_readme_says_so():
    read = {
        name
        for page in [
            *Path(ROOT, "casefy").rglob("*.py"),
            Path(ROOT, "docker-compose.yml"),
            Path(ROOT, "Dockerfile"),
        ]
        for name in re.findall(r"\bCASEFY_[A-Z_]*[A-Z]\b", page.read_text())
    }
    listed = set(re.findall(r"\bCASEFY_[A-Z_]*[A-Z]\b", Path(ROOT, "docs/running.md").read_text()))
    assert "CASEFY_PUBLIC_URL" in read
    assert read - listed - SET_BY_THE_PRODUCT - OF_THE_REPOSITORY == set()
    assert listed - read - OF_THE_REPOSITORY == set(), "listed, and read nowhere"


def test_files_that_the_docs_name_are_there():
    named = {
        (page.relative_to(ROOT), path)
        for page in [*Path(ROOT).glob("*.md"), *Path(ROOT, "docs").rglob("*.md")]
        if page.name != "CHANGELOG.md"
        for path in re.findall(
            r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|html|js|css|json|ya?ml|md|sql|txt))`", page.read_text()
        )
    }
    assert len(named) > 10
    assert {(str(page), path) for page, path in named if not _is_there(path)} == set()


def _is_there(path: str) -> bool:
    return Path(ROOT, path).exists() or Path(ROOT, "ui/templates", path).exists()

"""The pages written by the code are as the code is now."""

import re
from pathlib import Path

import pytest

from casefy.env import ROOT
from ui.reference import pages


@pytest.mark.parametrize("name", ["events.md", "permissions.md"])
def test_a_generated_page_is_up_to_date(name):
    expected = {path.name: text for path, text in pages().items()}[name]
    assert (Path(ROOT) / "docs" / name).read_text() == expected, "run `make docs` and commit what it writes"


def test_links_between_the_docs_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [*Path(ROOT).glob("*.md"), *Path(ROOT, "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text())
        if not re.match(r"https?:|mailto:", target) and not (page.parent / target).exists()
    ]
    assert broken == []

"""Templates keep to a content security policy without exceptions, and to what people with a keyboard need."""

import re

import pytest

from tests.architecture.house import ROOT, committed_files

# Mails are no pages: they need inline styles, and no policy applies to them.
PAGES = [path for path in committed_files() if path.suffix == ".html" and path.parts[0] != "outbound"]
TEMPLATES = [path for path in PAGES if "templates" in path.parts and (ROOT / path).exists()]
RULES = {
    "a style attribute is refused by the browser: use a class": r"<[^>]*\sstyle=[\"']",
    "an inline script is refused by the browser: put it into static/src/js": (
        r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")[^>]*>"
    ),
    "an on… attribute is refused by the browser: use Alpine or a listener": r"<[^>]*\son[a-z]+=[\"']",
    "javascript: links are refused by the browser: use a button": r"href=[\"']javascript:",
    "files come from our own server: nothing is loaded from elsewhere": (
        r"<(script|link|img|iframe)[^>]*(src|href)=[\"'](https?:)?//"
    ),
    "a positive tabindex breaks the order of the keyboard": r"tabindex=[\"'][1-9]",
    "a select may have hundreds of options: draw them by {% options choices chosen %}": (
        r"{% for [^%]*%}<option value=[\"']{{[^}]*}}[\"']{% if \w+ == [\w.]+ %} selected{% endif %}>{{ \w+ }}<"
    ),
    "marked safe means unescaped: render it in Python with format_html or nh3": r"\|\s*safe\b",
}


def test_there_are_templates_to_look_at():
    assert len(TEMPLATES) > 5


def test_no_fragment_is_called_like_a_part_of_the_frame_it_is_swapped_into():
    """A fragment goes where its id is: a second one with that id, in the sidebar say, would get it instead."""
    frame = {
        path.name: set(re.findall(r'\bid="([\w-]+)"', (ROOT / path).read_text()))
        for path in TEMPLATES
        if path.parent.name == "ui" and not path.name.startswith("_")
    }
    fragments = {path.stem.removeprefix("_") for path in TEMPLATES if path.name.startswith("_")}
    taken = {name: sorted(ids & fragments) for name, ids in frame.items() if ids & fragments}
    assert not taken, f"give these parts of the frame other ids: {taken}"


@pytest.mark.parametrize("remedy", RULES)
def test_templates_keep_the_rules(remedy):
    pattern = re.compile(RULES[remedy], re.IGNORECASE)
    found = []
    for path in TEMPLATES:
        text = re.sub(r"\{#.*?#\}", "", (ROOT / path).read_text())
        found += [
            f"{path}:{text[: match.start()].count(chr(10)) + 1}: {match[0][:80]}"
            for match in pattern.finditer(text)
        ]
    assert not found, f"{remedy}\n  " + "\n  ".join(found)


def test_a_question_says_what_will_happen_to_what_and_whether_it_can_be_undone():
    found = []
    for path in TEMPLATES:
        for tag in re.findall(r"<(?=[^>]*\bhx-confirm=)[^>]*>", (ROOT / path).read_text()):
            parts = dict(re.findall(r'\b((?:hx|data)-confirm[\w-]*)="([^"]*)"', tag))
            title, yes = parts.get("data-confirm-title", ""), parts.get("data-confirm-yes", "")
            is_told = "undone" in parts["hx-confirm"]
            if not (re.search(r"{{.*}}.*\?$", title) and re.match(r"[A-Z][a-z]+ ", yes) and is_told):
                found.append(f"{path}: {title or parts['hx-confirm']}")
    assert not found, (
        "a title that asks about the very thing, a button with a verb, and a text that says whether it can be undone:"
        " data-confirm-title, data-confirm-yes, hx-confirm\n  " + "\n  ".join(found)
    )

"""What people write in a comment is what others read."""

import os
from itertools import pairwise
from pathlib import Path

import cmarkgfm
import pytest

from ui import cmark
from ui.markdown import as_html


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ask <Company name> again", "<p>Ask &lt;Company name&gt; again</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("\\<b> and `<i>`", "<p>&lt;b&gt; and <code>&lt;i&gt;</code></p>"),
        ("5 < 6", "<p>5 &lt; 6</p>"),
    ],
)
def test_what_looks_like_a_tag_is_shown_as_it_was_written(written, read):
    assert as_html(written).strip() == read


def test_an_address_in_angle_brackets_is_a_link():
    said = as_html("<https://a.example/x> <ana@a.example>")
    assert 'href="https://a.example/x"' in said
    assert 'href="mailto:ana@a.example"' in said


def test_a_new_line_is_a_new_line():
    assert as_html("Called twice.\nNobody there.").strip() == "<p>Called twice.<br>\nNobody there.</p>"


def test_a_name_with_odd_characters_is_marked_as_a_mention():
    assert '<span class="mention">@Bob &lt;x&gt;</span>' in as_html("Hello @Bob <x>!", ["Bob <x>"])


def test_nothing_of_a_comment_stays_behind_in_memory():
    text = "**Hello** @ana, see https://example.org\n\n| a | b |\n|---|---|\n| 1 | 2 |\n" * 5
    for _ in range(500):
        cmark.to_html(text)
    memory = [_memory()]
    for _ in range(3):  # what else happens in this process does not happen each time
        for _ in range(5000):
            cmark.to_html(text)
        memory.append(_memory())
    assert min(after - before for before, after in pairwise(memory)) < 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\nb",
        "- [x] done",
        "~~x~~ www.example.org <script>x</script>",
        "|a|\n|-|\n|1|",
        "a\0ü😀\n```py\nx\n```",
    ],
)
def test_it_is_what_the_package_makes(text):
    options = cmarkgfm.cmark.Options.CMARK_OPT_HARDBREAKS
    assert cmark.to_html(text) == cmarkgfm.github_flavored_markdown_to_html(text, options=options)


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")

"""Markdown that people wrote, as HTML that can do no harm."""

import re
from collections.abc import Sequence

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ui import cmark

TAGS = {
    "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_TAG = re.compile(r"(<[^>]*>)")
# People write "<company name>" and mean just that: what would be read as a tag stays text, addresses stay links.
_LESS = re.compile(r"(?<!\\)<(?!(?:https?://|mailto:)[^\s<>]*>|[^\s<>@]+@[^\s<>]+>)")
_LESS_KEPT = "\ue000"  # of no meaning to Markdown, in code or outside of it


def as_html(text: str, mentioned: Sequence[str] = ()) -> SafeString:
    """Return the text as HTML; `mentioned` are the names that stand behind an @ and are marked."""
    raw = cmark.to_html(_LESS.sub(_LESS_KEPT, text))
    safe = nh3.clean(
        raw, tags=TAGS, attributes={"a": {"href", "title"}}, url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return mark_safe(_mark(safe.replace(_LESS_KEPT, "&lt;"), mentioned))  # noqa: S308 - cleaned by nh3 just above


def _mark(html: str, names: Sequence[str]) -> str:
    if not names:
        return html
    longest_first = sorted((escape(name) for name in names), key=len, reverse=True)
    wanted = re.compile("|".join(f"@{re.escape(name)}" for name in longest_first), re.IGNORECASE)
    parts = _TAG.split(html)
    parts[::2] = [
        wanted.sub(lambda found: f'<span class="mention">{found[0]}</span>', part) for part in parts[::2]
    ]
    return "".join(parts)

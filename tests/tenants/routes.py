"""Every address the product answers, read from the URLconf, and how to fill the gaps in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

WITHIN = "o/[^/]+/"
_GAP = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    """One address: its name and its pattern, with gaps such as `<uuid:member_id>`."""

    name: str
    pattern: str

    @property
    def gaps(self) -> tuple[str, ...]:
        """The names of what has to be filled in."""
        return tuple(first or second for first, second in _GAP.findall(self.pattern))

    @property
    def is_within(self) -> bool:
        """Whether it stands under /o/<slug>/."""
        return self.pattern.startswith(WITHIN)

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    def path(self, values: Mapping[str, str], slug: str = "") -> str:
        """The address with its gaps filled. Raises KeyError for one that nobody has a sample for."""
        filled = _GAP.sub(lambda match: str(values[match[1] or match[2]]), self.pattern)
        return "/" + filled.replace(WITHIN, f"o/{slug}/", 1)


def routes() -> list[Route]:
    """All addresses, in the order of the URLconf."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        text = prefix + _plain(each)
        if isinstance(each, URLPattern):
            yield Route(each.name or "", text)
        else:
            yield from _walk(each, text)


def _plain(each: URLPattern | URLResolver) -> str:
    pattern = str(each.pattern)
    return pattern if isinstance(each.pattern, RoutePattern) else pattern.removeprefix("^").removesuffix("$")

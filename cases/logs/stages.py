"""Stages from activities: their usual order, the expected path, and what kind of phase each one is."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Literal

Category = Literal["open", "waiting", "done"]

MAX_ACTIVITIES = 300
_MAX_VARIANTS = 20_000
_MAX_VARIANT_LENGTH = 200
_CLEAR_PATH_SHARE = 0.05
_WAITING = re.compile(r"\b(a?wait\w*|pending|hold|suspend\w*|paus\w*|deferred|parked)\b", re.IGNORECASE)
_DONE = re.compile(
    r"\b(closed?|complete|completed|done|finished|cancell?ed|rejected|declined|withdrawn|archived?|ended?|paid)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class GuessedStage:
    """A stage as the file suggests it; `activity` is its exact word there, `steps` how often it occurs."""

    activity: str
    category: Category
    on_path: bool
    steps: int


@dataclass(slots=True)
class _Seen:
    steps: int = 0
    cases: int = 0
    ends: int = 0
    begins: int = 0
    place: float = 0.0


@dataclass(slots=True)
class ActivitySurvey:
    """What a log's cases do in which order. Counters per activity, pair and (bounded) variant."""

    cases: int = 0
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _follows: Counter[tuple[str, str]] = field(default_factory=Counter)
    _variants: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def add(self, activities: Sequence[str]) -> None:
        """Take note of one case: its activities in order."""
        self.cases += 1
        distinct = tuple(activity for activity, _ in groupby(activities))
        for before, after in pairwise(distinct):
            self._follows[before, after] += 1
        for activity, count in Counter(activities).items():
            self._of(activity).steps += count
        self._of(distinct[0]).begins += 1
        self._of(distinct[-1]).ends += 1
        longest = max(len(distinct) - 1, 1)
        for place, activity in _first_places(distinct):
            seen = self._of(activity)
            seen.cases += 1
            seen.place += place / longest
        variant = distinct[:_MAX_VARIANT_LENGTH]
        if variant in self._variants or len(self._variants) < _MAX_VARIANTS:
            self._variants[variant] += 1

    def stages(self) -> list[GuessedStage]:
        """The stages in their usual order, none when there was no case."""
        path = self._path()
        ordered = self._ordered(path)
        return [
            GuessedStage(
                activity=name,
                category=self._category(name, is_first=at == 0 and len(ordered) > 1),
                on_path=name in path,
                steps=self._seen[name].steps,
            )
            for at, name in enumerate(ordered)
        ]

    def _of(self, activity: str) -> _Seen:
        return self._seen.setdefault(activity, _Seen())

    def _place(self, activity: str) -> float:
        seen = self._seen[activity]
        return seen.place / max(seen.cases, 1)

    def _path(self) -> list[str]:
        """The most frequent way through; where each case goes its own, what at least half touch."""
        if not self._variants:
            return []
        variant, count = max(self._variants.items(), key=lambda item: (item[1], -len(item[0])))
        if count >= max(self.cases * _CLEAR_PATH_SHARE, 2) or self.cases < 2:
            return list(dict.fromkeys(variant))
        usual = [name for name, seen in self._seen.items() if seen.cases * 2 >= self.cases]
        return sorted(usual, key=self._place) or list(dict.fromkeys(variant))

    def _ordered(self, path: list[str]) -> list[str]:
        """The path as it is, and the others where they mostly stand: before what they lead to."""
        ordered = list(path)
        for name in sorted((n for n in self._seen if n not in set(path)), key=self._place):
            usual = sum(self._place(other) <= self._place(name) for other in ordered)
            misfits = self._misfits(ordered, name)
            ordered.insert(min(range(len(misfits)), key=lambda at: (misfits[at], abs(at - usual))), name)
        return ordered

    def _misfits(self, ordered: list[str], name: str) -> list[int]:
        """For every place in the order, how many direct successions would run backwards with `name` there."""
        misfits = [sum(self._follows[other, name] for other in ordered)]
        for other in ordered:
            misfits.append(misfits[-1] + self._follows[name, other] - self._follows[other, name])
        return misfits

    def _category(self, name: str, *, is_first: bool) -> Category:
        seen = self._seen[name]
        ends_here = seen.ends / max(seen.cases, 1)
        if _WAITING.search(name.replace("_", " ")):
            return "waiting"
        if is_first and seen.begins >= seen.ends:
            return "open"
        if ends_here >= 0.8 or (ends_here >= 0.3 and _DONE.search(name.replace("_", " "))):
            return "done"
        return "open"


def survey(traces: Iterable[Sequence[str]]) -> ActivitySurvey:
    """A survey of cases, each given as its activities in order."""
    found = ActivitySurvey()
    for activities in traces:
        found.add(activities)
    return found


def _first_places(distinct: Sequence[str]) -> Iterator[tuple[int, str]]:
    met: set[str] = set()
    for place, activity in enumerate(distinct):
        if activity not in met:
            met.add(activity)
            yield place, activity

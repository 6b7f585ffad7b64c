"""The numbers of the cases of one import: counted in each batch's transaction, foretold for the next batch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from cases.logs.rows import Step
from cases.numbers import count_many
from templates_app.catalogue import TemplateView
from templates_app.numbering import parse_pattern
from tenants.actor import Actor


class Numbers:
    """Numbers of one template. A case has one of the day of its first step, in the organization's zone."""

    def __init__(self, by: Actor, view: TemplateView, zone: ZoneInfo) -> None:
        self._by = by
        self._view = view
        self._zone = zone
        self._pattern = parse_pattern(view.definition.number_pattern)
        self._last: dict[str, int] = {}

    def take(self, first: Sequence[Step]) -> list[str]:
        """Count the cases that these steps open, in their transaction: one step of the counter for each period."""
        days = self._days(first)
        counts = Counter(map(self._pattern.period, days))
        organization_id, template_id = self._by.organization_id, self._view.id
        last = {
            period: count_many(organization_id, template_id, period, counts[period])
            for period in sorted(counts)
        }
        self._last |= last
        return self._following({period: last[period] - counts[period] for period in last}, days)

    def foretell(self, first: Sequence[Step]) -> list[str]:
        """The numbers `take` will give to the cases that these steps open, unless somebody else takes some before."""
        return self._following(self._last, self._days(first))

    def _days(self, first: Sequence[Step]) -> list[date]:
        return [step.at.astimezone(self._zone).date() for step in first]

    def _following(self, last: Mapping[str, int], days: Sequence[date]) -> list[str]:
        counters, numbers = Counter(last), []
        for day in days:
            period = self._pattern.period(day)
            counters[period] += 1
            numbers.append(self._pattern.render(counters[period], day))
        return numbers

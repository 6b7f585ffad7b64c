"""The board of a template: its running cases by stage, in one statement whatever their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from cases.composing import Part, all_of, compose, value
from cases.machine import Standing
from cases.narrowing import IS_RUNNING, MINE, seen_by
from cases.queries import COUNTED_AT_MOST
from templates_app.catalogue import TemplateView
from templates_app.definition import Stage
from tenants.actor import Actor

CARDS = 25
FEW = 10_000  # so many cases are dealt out to their columns in the time that walking these takes
CARD = "c.id, c.number, c.title, c.status, c.stage, c.owner_id, c.team_id, c.data::text, c.version, c.stage_entered_at"


@dataclass(slots=True)
class CardRow:
    """A case as its card on a board shows it: half the columns of the row, since a board reads hundreds."""

    id: UUID
    number: str
    title: str
    status: str
    stage: str
    owner_id: UUID | None
    team_id: UUID | None
    data: dict[str, Any]
    version: int
    stage_entered_at: datetime

    @property
    def standing(self) -> Standing:
        """Return what `possible_moves` wants to know."""
        return Standing(self.status, self.stage, self.data)


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One stage of the board: its first cards, and figures over its running cases.

    `count` stops at 1,000 (`is_more` says so): an exact count of a large column would cost more
    than the board. `median_age` is the median calendar time in the stage of the cases counted.
    """

    stage: Stage
    rows: list[CardRow]
    count: int
    is_more: bool
    median_age: timedelta | None
    has_older: bool


def board_of(template: TemplateView, by: Actor, *, cards: int = CARDS) -> list[BoardColumn]:
    """Return the columns of a template's board in the order of its stages, the newest cases first.

    A stage that was retired is shown as long as a running case is in it.
    """
    stages = template.definition.stages
    statement = _statement([stage.key for stage in stages], template.id, by, cards + 1)
    with connection.cursor() as sql:
        sql.execute(statement.text, statement.values)
        found = sql.fetchall()
    columns = _columns(stages, found, cards)
    return [column for column in columns if column.rows or not column.stage.is_retired]


def _statement(stages: list[str], template: UUID, by: Actor, limit: int) -> Part:
    """Return the question for every column: along the board's index, but for those who see few of its cases.

    Walking whole columns to find these would cost more than the board; they are looked up and dealt out instead.
    """
    running = all_of(Part(MINE), Part("c.template_id = %s", (template,)), Part(IS_RUNNING), seen_by(by))
    walked = {"shown": Part("cases_case c"), "figured": Part("cases_case c"), "within": running}
    if by.may("case.view"):
        return _dealt(stages, limit, **walked, when=Part("TRUE"))
    newest = compose(
        "(SELECT m.id FROM mine m WHERE m.stage = g.key ORDER BY m.id DESC LIMIT {limit}) m "
        "JOIN cases_case c ON c.organization_id = current_setting('casefy.organization')::uuid AND c.id = m.id",
        limit=value(limit),
    )
    looked_up = {"shown": newest, "figured": Part("mine c"), "within": Part("TRUE")}
    return compose(
        "WITH mine AS MATERIALIZED (SELECT c.id, c.stage, c.stage_entered_at FROM cases_case c WHERE {running} "
        "LIMIT {most} + 1), counted AS MATERIALIZED (SELECT count(*) AS n FROM mine) ({few}) UNION ALL ({many})",
        running=running,
        most=str(FEW),
        few=_dealt(stages, limit, **looked_up, when=Part(f"(SELECT n FROM counted) <= {FEW}")),
        many=_dealt(stages, limit, **walked, when=Part(f"(SELECT n FROM counted) > {FEW}")),
    )


def _dealt(stages: list[str], limit: int, *, shown: Part, figured: Part, within: Part, when: Part) -> Part:
    # Of plain numbers: intervals and numerics are several times as slow to sort.
    return compose(
        "SELECT g.key, f.n, f.age, k.* FROM unnest({stages}::text[]) AS g(key) CROSS JOIN LATERAL "
        "(SELECT count(*) AS n, date_part('epoch', clock_timestamp()) - percentile_cont(0.5) WITHIN GROUP "
        "(ORDER BY date_part('epoch', x.stage_entered_at)) AS age FROM "
        "(SELECT c.stage_entered_at FROM {figured} WHERE {within} AND c.stage = g.key LIMIT {counted}) x) f "
        "LEFT JOIN LATERAL (SELECT {card} FROM {shown} WHERE {within} AND c.stage = g.key "
        "ORDER BY c.id DESC LIMIT {limit}) k ON true WHERE {when}",
        stages=value(stages),
        figured=figured,
        shown=shown,
        within=within,
        counted=str(COUNTED_AT_MOST),
        card=CARD,
        limit=value(limit),
        when=when,
    )


def _columns(stages: Sequence[Stage], found: Sequence[Sequence[Any]], cards: int) -> list[BoardColumn]:
    figures: dict[str, tuple[int, float | None]] = {}
    rows: dict[str, list[CardRow]] = {}
    for key, count, age, *row in found:
        figures[key] = (count, age)
        if row[0] is not None:
            rows.setdefault(key, []).append(_read(row))
    return [_column(stage, figures, rows.get(stage.key, []), cards) for stage in stages]


def _column(
    stage: Stage, figures: Mapping[str, tuple[int, float | None]], rows: list[CardRow], cards: int
) -> BoardColumn:
    count, age = figures[stage.key]
    shown = sorted(rows, key=lambda row: row.id, reverse=True)[:cards]
    return BoardColumn(
        stage=stage,
        rows=shown,
        count=count,
        is_more=count >= COUNTED_AT_MOST,
        median_age=timedelta(seconds=max(0.0, age)) if age is not None else None,
        has_older=len(rows) > cards,
    )


def _read(row: Sequence[Any]) -> CardRow:
    id_, number, title, status, stage, owner, team, data, version, entered = row
    return CardRow(id_, number, title, status, stage, owner, team, orjson.loads(data), version, entered)

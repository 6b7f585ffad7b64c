"""What a template must be so that a log fits it: new stages and fields beside those it has. Pure."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from cases.logs.naming import names_for_people
from cases.logs.profile import MAX_OPTIONS, MAX_TEXT_CHARACTERS, ColumnProfile
from cases.logs.rows import UnreadableLog
from cases.logs.stages import GuessedStage
from cases.logs.survey import Survey
from templates_app.definition import CHOOSING_KINDS, Definition, Field, Option, Stage
from templates_app.keys import make_key
from templates_app.parse import LONGEST_NAME, MOST_FIELDS
from templates_app.reading import UNPRINTABLE

SKIP = "skip"
OFFERED_KINDS = (
    "text", "long_text", "integer", "decimal", "date", "datetime", "yes_no", "choice", "email", "phone", "url",
)  # fmt: skip
_OPEN_COLORS = ("blue", "sky", "violet", "indigo", "teal", "pink", "lime", "orange")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The definition a log needs, the stage of each activity and the field of each column.

    `is_new` and `is_changed` say whether there is anything to publish; `left_out` names the columns that become
    no field because the template would have too many, `known` those whose field was there before.
    """

    definition: Definition
    stages: Mapping[str, Stage]
    fields: Mapping[str, Field]
    is_new: bool
    is_changed: bool
    left_out: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()


def propose(found: Survey, name: str, existing: Definition | None) -> Proposal:
    """What `existing`, or a new template called `name`, must become; raises `UnreadableLog` where it cannot."""
    base = existing or Definition(name=name, number_pattern=number_pattern(name))
    stages, by_activity = _with_stages(base, found.stages)
    fields, by_column, left_out = _with_fields(base, found)
    changed = replace(base, stages=stages, fields=fields)
    known = frozenset(column for column, field in by_column.items() if base.field(field.key))
    return Proposal(changed, by_activity, by_column, existing is None, changed != base, left_out, known)


def number_pattern(name: str, taken: Container[str] = ()) -> str:
    """A pattern with a prefix made of the name's letters that no other template uses: `INC-{number:05}`."""
    words = re.findall(r"[A-Za-z]+", name)
    prefix = ("".join(word[0] for word in words) if len(words) > 1 else "".join(words))[:3].upper() or "LOG"
    pattern, repeat = f"{prefix}-{{number:05}}", 2
    while pattern in taken:
        pattern, repeat = f"{prefix}{repeat}-{{number:05}}", repeat + 1
    return pattern


def printable(text: str, taken: Iterable[str]) -> str:
    """A name that a template can hold, as like the text as can be, and not taken."""
    clean = UNPRINTABLE.sub(" ", text)
    name = base = clean if len(clean) <= LONGEST_NAME else clean[: LONGEST_NAME - 8] + "…"
    used, repeat = set(taken), 2
    while name in used or not name.strip():
        name, repeat = f"{base[: LONGEST_NAME - 8]} ({repeat})", repeat + 1
    return name


def _with_stages(base: Definition, guessed: list[GuessedStage]) -> tuple[tuple[Stage, ...], dict[str, Stage]]:
    stages = list(base.stages)
    known = {stage.name: stage for stage in reversed(stages)}
    is_new = not stages
    by_activity: dict[str, Stage] = {}
    at = 0
    for guess in guessed:
        stage = known.get(guess.activity)
        if stage is None:
            names = {other.name for other in stages}
            stage = _stage(
                guess, printable(guess.activity, names), {s.key for s in stages}, is_new, len(stages)
            )
            stages.insert(at if not is_new else len(stages), stage)
        by_activity[guess.activity] = stage
        at = stages.index(stage) + 1
    return tuple(_finished(stages) if is_new else stages), by_activity


def _stage(guess: GuessedStage, name: str, taken: set[str], is_new: bool, count: int) -> Stage:
    color = {"waiting": "amber", "done": "green"}.get(guess.category, _OPEN_COLORS[count % len(_OPEN_COLORS)])
    key = make_key(name, taken, "stage")
    return Stage(key=key, name=name, color=color, category=guess.category, on_path=is_new and guess.on_path)


def _finished(stages: list[Stage]) -> list[Stage]:
    """A template needs an end: where no stage looks like one, a stage is added behind the log's own."""
    if any(stage.is_done for stage in stages):
        return stages
    names = {stage.name for stage in stages}
    name = printable("Done", names)
    key = make_key(name, {stage.key for stage in stages}, "stage")
    return [*stages, Stage(key=key, name=name, color="green", category="done", on_path=True)]


def _with_fields(
    base: Definition, found: Survey
) -> tuple[tuple[Field, ...], dict[str, Field], tuple[str, ...]]:
    fields = {field.key: field for field in base.fields}
    by_column: dict[str, Field] = {}
    left_out: list[str] = []
    kinds = found.plan.kinds or {}
    names = {**names_for_people(found.columns), **(found.plan.names or {})}
    for column, profile in found.columns.items():
        if kinds.get(column) == SKIP:
            continue
        field = _known_field(base, column)
        if field is None and len(fields) >= MOST_FIELDS:
            left_out.append(column)
            continue
        if field is None:
            kind = kinds.get(column) or profile.kind()
            field = _field(column, names[column], profile, kind, fields.values())
        field = _with_options(field, profile)
        fields[field.key] = by_column[column] = field
    return tuple(fields.values()), by_column, tuple(left_out)


def _known_field(base: Definition, column: str) -> Field | None:
    bare = column.removeprefix("case:")
    active = [field for field in base.fields if not field.is_retired]
    by_column = [field for field in active if field.column == column]
    by_name = [field for field in active if field.name in (column, bare)]
    by_key = [field for field in active if field.key == bare]
    return next(iter(by_column + by_name + by_key), None)


def _field(column: str, name: str, profile: ColumnProfile, kind: str, others: Iterable[Field]) -> Field:
    if kind in CHOOSING_KINDS and profile.distinct is None:
        raise UnreadableLog(
            f"The column “{column}” has more than {MAX_OPTIONS} different values, or one of more than "
            f"{MAX_TEXT_CHARACTERS} characters; choose text instead of choice."
        )
    taken = list(others)
    names, keys = {field.name for field in taken}, {field.key for field in taken}
    known_as, called = (
        printable(column, {field.column or field.name for field in taken}),
        printable(name, names),
    )
    return Field(
        key=make_key(known_as, keys, "field"),
        name=called,
        kind=kind,
        column=known_as if called != known_as else "",
    )


def _with_options(field: Field, profile: ColumnProfile) -> Field:
    """The choice with an option for every value of the file; a published option stays as it is."""
    if field.kind != "choice" or not profile.distinct:
        return field
    options = list(field.options)
    names = {option.name for option in options} | {option.key for option in options}
    for value in profile.distinct:
        if value not in names and value.strip():
            name = printable(value, {option.name for option in options})
            key = make_key(name, {option.key for option in options}, "option")
            options.append(Option(key=key, name=name))
            names |= {value}
    return replace(field, options=tuple(options))

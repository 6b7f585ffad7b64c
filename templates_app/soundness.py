"""Whether the process a definition describes makes sense. Errors forbid publishing, warnings do not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from templates_app.definition import CHOOSING_KINDS, Definition, Field, Option, Stage
from templates_app.numbering import UnreadablePattern, parse_pattern
from templates_app.values import fold

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something unsound. `path` names the part by key, such as `stages.review`; the message the remedy."""

    path: str
    message: str
    severity: Severity = "error"


def problems(definition: Definition) -> tuple[Problem, ...]:
    """Everything that is wrong or odd, errors first."""
    found = [
        *_of_stages(definition),
        *_of_moves(definition),
        *_of_fields(definition),
        *_of_the_rest(definition),
    ]
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def is_sound(definition: Definition) -> bool:
    """Whether the definition may be published."""
    return not any(problem.severity == "error" for problem in problems(definition))


def _of_stages(definition: Definition) -> Iterator[Problem]:
    stages = definition.active_stages
    if not stages:
        yield Problem(
            "stages", "There is no stage. Add at least one where work happens and one where it is done."
        )
        return
    yield from _same_names("stages", "stages", stages)
    if not any(stage.is_done for stage in stages):
        yield Problem(
            "stages", "No stage says that work is done. Set the category of the last stage to done."
        )
    if not definition.path:
        message = (
            f"No stage is on the expected path, so cases start in “{stages[0].name}”. Mark the usual stages."
        )
        yield Problem("stages", message, "warning")
    first = definition.first_stage
    if first is not None and first.is_done:
        message = f"New cases start in “{first.name}”, which counts as done. Put open work first."
        yield Problem(f"stages.{first.key}", message, "warning")
    usual = [stage for stage in stages if stage.on_path]
    if usual and not usual[-1].is_done:
        message = f"The expected path ends in “{usual[-1].name}”, which is not done. Extend it."
        yield Problem(f"stages.{usual[-1].key}", message, "warning")


def _of_moves(definition: Definition) -> Iterator[Problem]:
    first = definition.first_stage
    if first is None:
        return
    reached, waiting = {first.key}, [first.key]
    while waiting:
        here = waiting.pop()
        for stage in definition.active_stages:
            if stage.key not in reached and definition.allows_move(here, stage.key):
                reached.add(stage.key)
                waiting.append(stage.key)
    yield from _unreachable(definition, first, reached)
    yield from _stuck(definition)


def _stuck(definition: Definition) -> Iterator[Problem]:
    for stage in definition.stages:
        if any(definition.allows_move(stage.key, other.key) for other in definition.active_stages):
            continue
        # Cases may still stand in a stage that is retired: they have to get away, unless work is over.
        if (stage.is_retired and not stage.is_done) or (
            not stage.is_retired and len(definition.active_stages) > 1
        ):
            yield _no_exit(stage)


def _unreachable(definition: Definition, first: Stage, reached: set[str]) -> Iterator[Problem]:
    done = [stage for stage in definition.active_stages if stage.is_done]
    if done and not any(stage.key in reached for stage in done):
        yield Problem(
            "forbidden_moves", "No stage that is done can be reached. Allow a move that leads to one."
        )
    for stage in definition.active_stages:
        if stage.key not in reached:
            message = (
                f"“{stage.name}” cannot be reached from “{first.name}”. Allow a move into it, or retire it."
            )
            yield Problem(f"stages.{stage.key}", message, "warning")


def _no_exit(stage: Stage) -> Problem:
    if stage.is_done:
        message = f"Nothing leads out of “{stage.name}”: a case moved there by mistake cannot go back."
        return Problem(f"stages.{stage.key}", message, "warning")
    return Problem(f"stages.{stage.key}", f"Cases would be stuck in “{stage.name}”. Allow a move out of it.")


def _of_fields(definition: Definition) -> Iterator[Problem]:
    yield from _same_names("fields", "fields", definition.active_fields)
    for field in definition.active_fields:
        stage = definition.stage(field.required_from) if field.required_from else None
        if stage is not None and stage.is_retired:
            message = (
                f"“{field.name}” is required from “{stage.name}”, which is retired. Choose another stage."
            )
            yield Problem(f"fields.{field.key}", message)
        if field.kind in CHOOSING_KINDS:
            yield from _of_options(field)


def _of_options(field: Field) -> Iterator[Problem]:
    path = f"fields.{field.key}"
    if not field.active_options:
        yield Problem(path, f"“{field.name}” has nothing to choose from. Add at least two options.")
    elif len(field.active_options) == 1:
        yield Problem(path, f"“{field.name}” offers one option only. Add another one.", "warning")
    yield from _same_names(path, f"options of “{field.name}”", field.active_options)


def _of_the_rest(definition: Definition) -> Iterator[Problem]:
    try:
        pattern = parse_pattern(definition.number_pattern)
    except UnreadablePattern as unreadable:
        yield Problem("number_pattern", str(unreadable))
    else:
        if not any(kind == "literal" and any(map(str.isalpha, part)) for kind, part in pattern.parts):
            message = "Case numbers have no letters. A prefix such as PO- makes them easy to recognise."
            yield Problem("number_pattern", message, "warning")
    if definition.outcomes and not definition.active_outcomes:
        yield Problem("outcomes", "Every outcome is retired. Restore one or add one.", "warning")
    yield from _same_names("outcomes", "outcomes", definition.active_outcomes)


def _same_names(path: str, what: str, things: "tuple[Stage | Field | Option, ...]") -> Iterator[Problem]:
    exact = Counter(thing.name.strip() for thing in things)
    folded = Counter(fold(thing.name) for thing in things)
    for name, count in exact.items():
        if count > 1:
            yield Problem(path, f"{count} {what} are called “{name}”. Give each its own name.")
        elif folded[fold(name)] > 1:
            message = f"Another one of the {what} differs from “{name}” in small and capital letters alone."
            yield Problem(path, message, "warning")

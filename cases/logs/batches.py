"""Cutting the sorted steps of a log into batches small enough for one short transaction each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cases.logs.rows import Step

STEPS_PER_BATCH = 400


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps of one case that follow each other. `is_last` says that the case has no more in this file."""

    case: str
    steps: list[Step] = field(default_factory=list)
    is_last: bool = True


def batches(steps: Iterable[Step], size: int = STEPS_PER_BATCH) -> Iterator[list[Stretch]]:
    """Batches of about `size` steps, the cases in order. A batch ends with a case, if the case ends in time.

    A case that would make a batch twice as large is cut and goes on in the next one; that costs statements of its own.
    """
    batch: list[Stretch] = []
    taken: list[Step] = []
    count = 0
    for step in steps:
        if taken and taken[0].case != step.case:
            batch.append(Stretch(taken[0].case, taken))
            taken = []
        if count >= size and (not taken or count >= 2 * size):
            if taken:
                batch.append(Stretch(taken[0].case, taken, is_last=False))
            yield batch
            batch, taken, count = [], [], 0
        taken.append(step)
        count += 1
    if taken:
        batch.append(Stretch(taken[0].case, taken))
    if batch:
        yield batch

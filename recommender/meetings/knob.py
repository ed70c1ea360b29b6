"""What the knob between value and evenness does, before anything is planned at its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from recommender.meetings.allocate import allocate, allocate_fairly
from recommender.meetings.clock import Clock
from recommender.meetings.domain import Event
from recommender.meetings.figures import gini
from recommender.meetings.locked import hold_locks
from recommender.meetings.problem import Ints, problem_of
from recommender.meetings.worth import even_worth, plain_worth

__all__ = ["SETTINGS", "Setting", "knob"]

SETTINGS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Setting:
    """Who meets whom at a setting of the knob. lowest, gini: of the numbers of meetings, of sellers and of buyers."""

    evenness: float
    meetings: int
    value: float
    lowest: tuple[int, int]
    gini: tuple[float, float]


def knob(
    event: Event, settings: Sequence[float] = SETTINGS, time_limit_s: float | None = None
) -> tuple[Setting, ...]:
    """The best choice of pairs at each setting, under all rules but that of being at one slot.

    A plan differs from it by the few meetings that find no slot. time_limit_s: no further setting is begun after it.
    Raises QueryError or UnknownIdError where the event is not sound; locks that cannot all hold are left out.
    """
    clock = Clock(time_limit_s)
    problem = problem_of(event)
    table, _ = hold_locks(problem, problem.locks, clock)
    plain = plain_worth(problem)
    most = allocate(table, plain).chosen | table.placed()
    value = float(problem.value[most].sum())
    found = []
    for evenness in sorted(settings):
        if clock.over():
            break
        even = evenness > 0 and value > 0
        worth = even_worth(problem, evenness, most) if even else plain
        chosen = allocate_fairly(table, worth, clock).chosen | table.placed()
        people = np.concatenate([problem.seller[chosen], problem.buyer[chosen]])
        count = np.bincount(people, minlength=problem.people)
        sides = count[: problem.sellers], count[problem.sellers :]
        found.append(
            Setting(
                evenness=evenness,
                meetings=int(chosen.sum()),
                value=float(problem.value[chosen].sum()),
                lowest=(_lowest(sides[0]), _lowest(sides[1])),
                gini=(gini(sides[0]), gini(sides[1])),
            )
        )
    return tuple(found)


def _lowest(counts: Ints) -> int:
    return int(counts.min()) if len(counts) else 0

"""Who meets whom and when: the stages of a plan, from the first choice of pairs to the last improvement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.meetings.allocate import allocate, allocate_fairly
from recommender.meetings.clock import Clock
from recommender.meetings.exact import is_small, settle_exactly
from recommender.meetings.improve import improve
from recommender.meetings.problem import Bools
from recommender.meetings.repair import repair
from recommender.meetings.settle import settle
from recommender.meetings.spread import spread
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Worth

__all__ = ["EFFORT", "SMALL", "Arranged", "arrange", "place_musts"]

ROUNDS = 4
"""Times that all slots are refilled at most; the gain of a round is about a tenth of the one before."""
SMALL = 20_000
"""Possible meetings (pairs x common slots) up to which CP-SAT takes the whole event."""
EFFORT = 5.0
"""CP-SAT's deterministic seconds for that."""
MUSTS = 200_000
"""Possible meetings of musts, each at every kind of table, up to which CP-SAT takes them (`exact`)."""
MUST_EFFORT = 20.0
"""CP-SAT's deterministic seconds for musts that found no place otherwise."""


@dataclass(frozen=True, eq=False, slots=True)
class Arranged:
    """most: the worth that no timetable exceeds which holds what the first one held; None = not known."""

    table: Timetable
    most: int | None


def arrange(start: Timetable, worth: Worth, clock: Clock, rng: np.random.Generator) -> Arranged:
    """The best timetable found that holds what `start` holds."""
    choice = allocate_fairly(start, worth, clock.part(0.2))
    most = _worth(start, worth) + choice.worth
    table = start.copy()
    _complete(table, worth, choice.chosen, most, clock, rng)
    if (start.problem.must & choice.chosen & ~table.placed()).any() and not clock.over():
        other = _musts_first(start, worth, choice.chosen, clock.part(0.6), rng)
        table = max(table, other, key=lambda one: _worth(one, worth))
    if not start.problem.places.exact:
        return _settled(start, table, worth, clock)
    if _worth(table, worth) < most and _literals(start) <= SMALL and not clock.over():
        everything = np.nonzero(~start.placed())[0]
        settled = settle(table, worth, everything, np.arange(start.problem.slots), clock.part(0.6), EFFORT)
        most = min(most, _worth(table, worth) - settled.gained + settled.bound)
    return Arranged(table, most)


def _settled(start: Timetable, table: Timetable, worth: Worth, clock: Clock) -> Arranged:
    """What `table` is, or the better one of a small event whose tables are not counted exactly."""
    everything = np.ones(start.problem.pairs, dtype=bool)
    if clock.over() or not is_small(start.problem, everything, SMALL):
        return Arranged(table, None)
    found = settle_exactly(table, worth, everything, clock.part(0.6), EFFORT, fixed=start.fixed)
    better = found.table is not None and found.worth > _worth(table, worth)
    return Arranged(found.table if better and found.table else table, found.most if found.table else None)


def _complete(
    table: Timetable, worth: Worth, chosen: Bools, most: int, clock: Clock, rng: np.random.Generator
) -> None:
    """Place `chosen` and whatever else fits and is worth it; the worth cannot exceed `most`."""
    spread(table, chosen)
    repair(table, worth, chosen, clock.part(0.3), rng)
    clock = clock.part(0.4)
    for _ in range(ROUNDS):
        slots = rng.permutation(table.problem.slots)
        if clock.over() or _worth(table, worth) >= most or not improve(table, worth, clock, slots):
            return


def place_musts(
    table: Timetable, musts: Bools, clock: Clock, rng: np.random.Generator
) -> tuple[Timetable, bool | None]:
    """A timetable with what `table` holds, all of it fixed, and as many of `musts` as can be found.

    True = all of them, False = proved that not all can be, None = unknown.
    """
    table = table.copy()
    problem = table.problem
    steps = np.zeros((problem.people, 1), dtype=np.int64)
    worth = Worth(musts.astype(np.int64), steps, unit=1.0, prices=(0, 0))
    chosen = musts & allocate(table, worth).chosen
    exact = problem.places.exact
    possible = not (exact and (musts & ~table.placed() & ~chosen).any())
    spread(table, chosen)
    repair(table, worth, chosen, clock.part(0.5), rng)
    if not (musts & ~table.placed()).any():
        return table, True
    if not possible:
        return table, False
    if exact:
        pairs, slots = np.nonzero(musts & ~table.fixed)[0], np.arange(problem.slots)
        proved = settle(table, worth, pairs, slots, clock, MUST_EFFORT).proved
    elif not is_small(problem, musts | table.fixed, MUSTS):
        return table, None
    else:
        found = settle_exactly(table, worth, musts, clock, MUST_EFFORT)
        table, proved = found.table or table, found.proved
    if not (musts & ~table.placed()).any():
        return table, True
    return table, False if proved else None


def _musts_first(
    start: Timetable, worth: Worth, chosen: Bools, clock: Clock, rng: np.random.Generator
) -> Timetable:
    """A timetable in which musts found their slots before anything else was there."""
    table, _ = place_musts(start, start.problem.must & chosen, clock, rng)
    table.fixed |= table.placed()
    choice = allocate_fairly(table, worth, clock.part(0.2))
    _complete(table, worth, choice.chosen, _worth(table, worth) + choice.worth, clock, rng)
    table.fixed = start.fixed.copy()
    table.fixed[list(table.table_of)] = True
    return table


def _worth(table: Timetable, worth: Worth) -> int:
    return worth.total(table.placed(), table.count)


def _literals(table: Timetable) -> int:
    """Possible meetings: pairs that are not placed, times the slots at which both are there."""
    problem = table.problem
    pairs = np.nonzero(~table.placed())[0]
    if len(pairs) > SMALL:
        return len(pairs)
    return int((problem.free[problem.seller[pairs]] & problem.free[problem.buyer[pairs]]).sum())

"""Placing the pairs that a pass over the slots left over: put one in, push out who is in the way, and so on.

A search with a memory: a pair that was pushed out often becomes hard to push out again, so the search does
not run in a circle; the best timetable it saw is kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.clock import Clock
from recommender.meetings.problem import Bools, Ints
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Worth

__all__ = ["repair"]

MUST = 20.0
"""How much harder a must is to push out than another pair."""
PATIENCE = 3000
"""Steps without a gain; each takes about 0.1 ms."""
HOMELESS = 10.0
"""How much harder a pair is to push out that has no other slot open just now."""


def repair(
    table: Timetable,
    worth: Worth,
    pairs: Bools,
    clock: Clock,
    rng: np.random.Generator,
    hold: NDArray[np.float64] | float = 1.0,
) -> None:
    """Place those of `pairs` that are not placed by moving others; never loses worth.

    Ends when all are placed, after long without a gain, or with the clock. hold: (m,) how hard
    it is to push a pair out.
    """
    waiting = [int(pair) for pair in np.nonzero(pairs & ~table.placed())[0]]
    weight = np.where(table.problem.must, MUST, 1.0) * hold
    weight[table.fixed] = np.inf
    gained = best_gained = idle = 0
    best = table.mark()
    patience = min(PATIENCE, 10 * table.problem.pairs)
    while waiting and idle < patience and not clock.over():
        idle += 1
        pair = waiting.pop(int(rng.integers(len(waiting))))
        slot, out = _least_push(table, pair, weight, rng)
        for other in out:
            table.remove(other)
            gained -= worth.gain(table, other)
            weight[other] += MUST if table.problem.must[other] else 1.0
            waiting.append(other)
        if slot < 0 or not table.allows(pair, slot):
            waiting.append(pair)
            continue
        gained += worth.gain(table, pair)
        table.place(pair, slot)
        if gained > best_gained:
            best, best_gained, idle = table.mark(), gained, 0
    table.rollback(best)


def _least_push(
    table: Timetable, pair: int, weight: NDArray[np.float64], rng: np.random.Generator
) -> tuple[int, list[int]]:
    """The slot for `pair` where those in the way are the easiest to push out, and who they are; -1 = none."""
    problem = table.problem
    people = (int(problem.seller[pair]), int(problem.buyer[pair]))
    cost = rng.random(problem.slots) / 2
    for person in people:
        there = table.at[person]
        cost += _push(table, there, weight)
        full = table.today[person, problem.day] >= problem.most_a_day[person]
        cost[~problem.free[person] | (full & (there < 0))] = np.inf
    if problem.near is not None:
        reachable = [table.reachable(np.array([pair]), slot)[0] for slot in range(problem.slots)]
        cost[~np.array(reachable, dtype=bool)] = np.inf
    full = ~_seats(table, pair) & (table.at[people[0]] < 0) & (table.at[people[1]] < 0)
    cost += full
    slot = int(np.argmin(cost))
    if not np.isfinite(cost[slot]):
        return -1, []
    out = {int(table.at[person, slot]) for person in people} - {-1}
    if full[slot]:
        seated = table.pairs_at(slot)
        seated = seated[~table.own[seated]]
        push = _push(table, seated, weight) + rng.random(len(seated)) / 2
        if not len(seated) or not np.isfinite(push.min()):
            return -1, []
        out.add(int(seated[np.argmin(push)]))
    return slot, list(out)


def _push(table: Timetable, pairs: Ints, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """(x,) how hard each of `pairs` is to push out, -1 = nobody: little where another slot is open to it."""
    problem = table.problem
    push = np.where(pairs >= 0, weight[pairs], 0.0)
    some = np.nonzero(pairs >= 0)[0]
    free = np.ones((len(some), problem.slots), dtype=bool)
    for people in (problem.seller[pairs[some]], problem.buyer[pairs[some]]):
        free &= problem.free[people] & (table.at[people] < 0)
    common = np.arange(problem.places.halls)
    roomy = (table.load[:, common] < table.capacity[:, common]).any(axis=1)
    push[some] *= np.where((free & roomy).any(axis=1), 1.0, HOMELESS)
    return push


def _seats(table: Timetable, pair: int) -> Bools:
    """(k,) where a table is left for `pair`."""
    group = table.group[pair]
    common = table.problem.places.common[group]
    left = table.load < table.capacity
    return left[:, group] | left[:, common] | bool(table.own[pair])

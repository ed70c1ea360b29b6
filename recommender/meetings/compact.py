"""Fewer gaps and less waiting: meetings of two slots change places, chain by chain, while every pair still meets.

The meetings at two slots, drawn as edges between people, fall into chains; the meetings of one chain can
change slots without touching anybody outside it. What each chain would save is known at once, so that all
chains of two slots are weighed together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from recommender.meetings.clock import Clock
from recommender.meetings.problem import Bools, Ints, Problem
from recommender.meetings.timetable import Timetable

__all__ = ["Comfort", "compact"]

Bits = NDArray[np.uint64]

LONG_RUN = 6
"""Meetings in a row without a break that people bear."""
STRETCH = 63
"""Slots in a number; one bit is left for the shifts."""


def compact(table: Timetable, clock: Clock, rng: np.random.Generator, passes: int) -> None:
    """Make agendas more comfortable; who meets whom does not change."""
    comfort = Comfort(table.problem)
    first, second = np.triu_indices(table.problem.slots, 1)
    for _ in range(passes):
        saved = 0
        for place in rng.permutation(len(first)):
            if clock.over():
                return
            saved += _exchange(table, comfort, int(first[place]), int(second[place]))
        if not saved:
            return


class Comfort:
    """How agendas feel. A stretch of slots is a day, or 63 slots of a longer one, as the bits of a number.

    stretch: (k,) number of a slot's stretch. bit: (k,). free: (n, stretches) slots at which people are there.
    """

    def __init__(self, problem: Problem) -> None:
        times, day = problem.times, problem.day
        within = np.arange(len(day)) - np.searchsorted(day, day)
        self.stretch = np.unique(day * len(day) + within // STRETCH, return_inverse=True)[1]
        self.bit = np.left_shift(np.uint64(1), (within % STRETCH).astype(np.uint64))
        self.free = self.bits(problem.free)
        resumes = [
            bool(place) and times[place - 1].ends_at == times[place].starts_at for place in range(len(times))
        ]
        self._resumes = self.bits(np.array([resumes]))[0]

    def bits(self, slots: Bools) -> Bits:
        """(x, stretches) of (x, k)."""
        bits = np.zeros((len(slots), int(self.stretch.max(initial=-1)) + 1), dtype=np.uint64)
        for slot, stretch in enumerate(self.stretch):
            bits[:, stretch] |= np.where(slots[:, slot], self.bit[slot], np.uint64(0))
        return bits

    def discomfort(self, busy: Bits, people: Ints, stretch: int) -> Ints:
        """(x,) free slots between the first and the last meeting, and meetings beyond LONG_RUN in a row."""
        before, after, run = busy.copy(), busy.copy(), busy
        for shift in (np.uint64(1 << power) for power in range(6)):
            before |= before << shift
            after |= after >> shift
        for _ in range(LONG_RUN):
            run = busy & (run << np.uint64(1)) & self._resumes[stretch]
        waits = before & after & ~busy & self.free[people, stretch]
        total: Ints = np.bitwise_count(waits).astype(np.int64) + np.bitwise_count(run)
        return total


def _exchange(table: Timetable, comfort: Comfort, first: int, second: int) -> int:
    """Exchange the chains of two slots that save discomfort; what they saved."""
    problem = table.problem
    here = np.concatenate([table.pairs_at(first), table.pairs_at(second)])
    there = np.where(table.slot_of[here] == first, second, first)
    seller, buyer = problem.seller[here], problem.buyer[here]
    beside = np.stack([here, table.at[seller, there], table.at[buyer, there]])
    if ((beside >= 0) & table.fixed[beside]).any(axis=0).all():
        return 0
    edges = coo_array((np.ones(len(here)), (seller, buyer)), shape=(problem.people, problem.people))
    chain = connected_components(edges, directed=False)[1]
    stuck = table.fixed[here] | ~problem.free[seller, there] | ~problem.free[buyer, there]
    movable = np.bincount(chain[seller[stuck]], minlength=problem.people) == 0
    moves = (table.at[:, first] < 0) != (table.at[:, second] < 0)
    people = np.nonzero(moves & movable[chain])[0]
    if not len(people):
        return 0
    saving = _saving(table, comfort, people, first, second)
    saved = np.bincount(chain[people], saving, minlength=problem.people).astype(np.int64)
    done = 0
    for number in np.nonzero(saved > 0)[0]:
        moved = np.nonzero(chain[seller] == number)[0]
        if table.move(zip(here[moved].tolist(), there[moved].tolist(), strict=True)):
            done += int(saved[number])
    return done


def _saving(table: Timetable, comfort: Comfort, people: Ints, first: int, second: int) -> Ints:
    """(x,) discomfort that each of `people`, busy at one of two slots, is spared by being busy at the other."""
    saving = np.zeros(len(people), dtype=np.int64)
    for stretch in {int(comfort.stretch[first]), int(comfort.stretch[second])}:
        slots = np.nonzero(comfort.stretch == stretch)[0]
        busy = ((table.at[people[:, None], slots] >= 0) * comfort.bit[slots]).sum(axis=1, dtype=np.uint64)
        flipped = comfort.bit[slots[(slots == first) | (slots == second)]].sum(dtype=np.uint64)
        saving += comfort.discomfort(busy, people, stretch) - comfort.discomfort(
            busy ^ flipped, people, stretch
        )
    return saving

"""When: slot by slot, the pairs whose people have the least room left are placed first, by a flow each.

Somebody's room is what he could still hold, from this slot to the last, beyond what he has still to hold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.lending import seats_at
from recommender.meetings.network import Network
from recommender.meetings.problem import Bools, Ints
from recommender.meetings.timetable import Timetable

__all__ = ["best_at", "spread"]

URGENCY = 100_000
BASE = 30_000
"""What a meeting counts beside its urgency: a slot holds nearly as many as it can."""


def spread(table: Timetable, pairs: Bools) -> None:
    """Place as many of `pairs` as can be seen to fit, in one pass over the slots.

    No time limit ends it: without it there is no plan at all, and it takes about a second for 20,000 pairs.
    """
    problem = table.problem
    todo = np.nonzero(pairs & ~table.placed())[0]
    common = problem.free[problem.seller[todo]] & problem.free[problem.buyer[todo]]
    common = np.cumsum(common[:, ::-1], axis=1)[:, ::-1]
    rooms = _Rooms(table)
    for slot in range(problem.slots):
        waiting = np.nonzero(~table.placed()[todo])[0]
        left = todo[waiting]
        urgency = rooms.urgency(left, slot) + 1.0 / np.maximum(common[waiting, slot], 1)
        for pair in best_at(table, slot, left, (urgency * URGENCY).astype(np.int64) + BASE):
            table.place(int(pair), slot)


class _Rooms:
    """How much somebody, or the reserved tables of a class, could still hold beyond what they have to."""

    def __init__(self, table: Timetable) -> None:
        problem = table.problem
        free = problem.free & (table.at < 0)
        self._table = table
        self._today = np.zeros(free.shape, dtype=np.int64)
        self._later = np.zeros(free.shape, dtype=np.int64)
        later = np.zeros(len(free), dtype=np.int64)
        for day in np.unique(problem.day)[::-1]:
            slots = np.nonzero(problem.day == day)[0]
            self._today[:, slots] = np.cumsum(free[:, slots][:, ::-1], axis=1)[:, ::-1]
            self._later[:, slots] = later[:, None]
            later = later + np.minimum(self._today[:, slots[0]], problem.most_a_day - table.today[:, day])
        left = table.capacity - table.load
        for group in range(problem.places.halls, left.shape[1]):
            members = free[problem.places.group == group].sum(axis=0)
            left[:, group] = np.minimum(left[:, group], members)
        self._tables = np.cumsum(left[::-1], axis=0)[::-1]

    def urgency(self, pairs: Ints, slot: int) -> NDArray[np.float64]:
        """(x,) how little room the people and tables of each of `pairs`, all that are left, have from `slot` on."""
        table, problem = self._table, self._table.problem
        most = problem.most_a_day - table.today[:, problem.day[slot]]
        rest = np.minimum(self._today[:, slot], most) + self._later[:, slot]
        need = np.bincount(problem.seller[pairs], minlength=problem.people)
        need += np.bincount(problem.buyer[pairs], minlength=problem.people)
        room = 1.0 / (1.0 + np.maximum(rest - need, 0))
        urgency: NDArray[np.float64] = room[problem.seller[pairs]] + room[problem.buyer[pairs]]
        group = table.group[pairs]
        seated = ~table.own[pairs] & (group >= problem.places.halls)
        wanted = np.bincount(group[seated], minlength=self._tables.shape[1])
        places = 1.0 / (1.0 + np.maximum(self._tables[slot] - wanted, 0))
        return urgency + np.where(seated, places[group], 0.0)


def best_at(table: Timetable, slot: int, pairs: Ints, profit: Ints) -> Ints:
    """The pairs that together earn most of those that may be added at `slot`; only profits above 0 count."""
    problem = table.problem
    may = _present(table, slot)
    some = (profit > 0) & may[problem.seller[pairs]] & may[problem.buyer[pairs]]
    pairs, profit = pairs[some], profit[some]
    reachable = table.reachable(pairs, slot)
    pairs, profit = pairs[reachable], profit[reachable]
    if not len(pairs):
        return pairs
    network = Network()
    places = problem.places
    walkers, walker = np.unique(table.walker[pairs], return_inverse=True)
    sitters, sitter = np.unique(table.sitter[pairs], return_inverse=True)
    walks, sits = network.nodes(len(walkers)), network.nodes(len(sitters))
    along = network.arcs(walks[walker], sits[sitter], 1, profit)
    seats = seats_at(network, table, places.own, np.array([slot]))
    here = np.zeros(1, dtype=np.int64)
    network.arcs(seats.of_walkers(places, places.own, here, walkers), walks, 1)
    network.arcs(sits, seats.of_sitters(places, places.own, here, sitters), 1)
    some = network.solve()[along] > 0
    return pairs[some] if places.exact else _seated(table, slot, pairs[some], profit[some])


def _seated(table: Timetable, slot: int, pairs: Ints, profit: Ints) -> Ints:
    """Those of `pairs`, the best first, that find a table."""
    mark, seated = table.mark(), []
    for pair in pairs[np.argsort(-profit, kind="stable")].tolist():
        if table.seats(pair, slot):
            table.place(pair, slot)
            seated.append(pair)
    table.rollback(mark)
    return np.array(seated, dtype=np.int64)


def _present(table: Timetable, slot: int) -> Bools:
    """(n,) who can hold one more meeting at `slot`."""
    problem = table.problem
    return (
        problem.free[:, slot]
        & (table.at[:, slot] < 0)
        & (table.count < problem.most)
        & (table.today[:, problem.day[slot]] < problem.most_a_day)
    )

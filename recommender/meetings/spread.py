"""When: slot by slot, the pairs whose people have the least room left are placed first, by a flow each.

Somebody's room is what he could still hold, from this slot to the last, beyond what he has still to hold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.clock import Clock
from recommender.meetings.lending import guests_of, seats_at
from recommender.meetings.network import Network
from recommender.meetings.prices import cheapest
from recommender.meetings.problem import Bools, Ints
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import SCALE

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
    slot_of = _Slot(table, slot, pairs, profit)
    some, excess, worth = slot_of.flow(0)
    if table.problem.places.exact:
        return pairs[some]
    best = slot_of.seated(some)
    if excess >= 0 or len(best) == some.sum():
        return pairs[best]
    found = [best]

    def at(price: int) -> tuple[int, int]:
        if not price:
            return worth, excess
        chosen, beyond, earned = slot_of.flow(price)
        found.append(slot_of.seated(chosen))
        return earned, beyond

    cheapest(at, int(min(profit.max(), SCALE)), Clock())
    return pairs[max(found, key=lambda chosen: int(profit[chosen].sum()))]


class _Slot:
    """The pairs that may meet at a slot, as a flow over the tables there."""

    def __init__(self, table: Timetable, slot: int, pairs: Ints, profit: Ints) -> None:
        self._table, self._slot, self._pairs, self._profit = table, slot, pairs, profit
        self._walkers, self._walker = np.unique(table.walker[pairs], return_inverse=True)
        self._sitters, self._sitter = np.unique(table.sitter[pairs], return_inverse=True)
        places = table.problem.places
        guests = guests_of(places, places.own)[self._walkers]
        self._brings = guests[self._walker] & ~places.own[self._sitters][self._sitter]

    def flow(self, price: int) -> tuple[Bools, int, int]:
        """(x,) the pairs that earn most, their tables brought beyond those lent, and what is earned."""
        network, places = Network(), self._table.problem.places
        walks, sits = network.nodes(len(self._walkers)), network.nodes(len(self._sitters))
        profit = self._profit + price * self._brings
        along = network.arcs(walks[self._walker], sits[self._sitter], 1, profit)
        seats = seats_at(network, self._table, places.own, np.array([self._slot]), price)
        here = np.zeros(1, dtype=np.int64)
        network.arcs(seats.of_walkers(places, places.own, here, self._walkers), walks, 1)
        network.arcs(sits, seats.of_sitters(places, places.own, here, self._sitters), 1)
        flows = network.solve()
        excess = int(flows[along][self._brings].sum() - flows[seats.lent].sum())
        return flows[along] > 0, excess, network.earned

    def seated(self, chosen: Bools) -> Ints:
        """Those chosen, the best first, that find a table."""
        table, mark, seated = self._table, self._table.mark(), []
        some = np.nonzero(chosen)[0]
        for row in some[np.argsort(-self._profit[some], kind="stable")].tolist():
            if table.seats(int(self._pairs[row]), self._slot):
                table.place(int(self._pairs[row]), self._slot)
                seated.append(row)
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

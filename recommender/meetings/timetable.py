"""A timetable under construction: who meets at which slot, with every hard rule in one place."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import numpy as np

from recommender.meetings.problem import Bools, Ints, Problem

__all__ = ["Timetable"]


class Timetable:
    """Pairs placed at slots. n = people, m = pairs, k = slots, d = days, c = classes of tables.

    slot_of: (m,) slot of a pair, -1 = not placed. at: (n, k) the pair somebody meets in, -1 = nobody.
    count: (n,) meetings. today: (n, d) meetings a day. load: (k, c) meetings at tables of a class, those
    that overflow counted with the common tables. capacity: (k, c) tables. fixed: (m,) pairs that no move
    touches. table_of: pair -> table of fixed pairs whose table is given. group, own: (m,) the tables of a
    pair, see `Places.of_pairs`. hall: (m,).
    """

    def __init__(self, problem: Problem) -> None:
        places = problem.places
        self.problem = problem
        self.slot_of = np.full(problem.pairs, -1, dtype=np.int64)
        self.at = np.full((problem.people, problem.slots), -1, dtype=np.int64)
        self.count = np.zeros(problem.people, dtype=np.int64)
        self.today = np.zeros((problem.people, int(problem.day.max(initial=0)) + 1), dtype=np.int64)
        self.load = np.zeros((problem.slots, len(places.size)), dtype=np.int64)
        self.capacity = np.tile(places.size, (problem.slots, 1))
        self.fixed = np.zeros(problem.pairs, dtype=bool)
        self.sitter, self.walker = problem.seller, problem.buyer
        if places.sitting == "buyer":
            self.sitter, self.walker = self.walker, self.sitter
        self.group, self.own = places.of_pairs(self.sitter, self.walker)
        self.hall = places.hall[self.sitter]
        self.table_of: dict[int, int] = {}
        self._taken: set[tuple[int, int]] = set()
        self._log: list[tuple[int, int]] = []

    def copy(self) -> Timetable:
        """A timetable with the same placements, whose changes do not touch this one."""
        twin = copy.copy(self)
        for name in ("slot_of", "at", "count", "today", "load", "capacity", "fixed", "own", "hall"):
            setattr(twin, name, getattr(self, name).copy())
        twin.table_of, twin._taken = self.table_of.copy(), self._taken.copy()
        twin._log = []
        return twin

    def fix(self, pair: int, slot: int, table: int = -1) -> bool:
        """Place `pair` for good, at `table` where one is given; False and nothing done where a rule forbids it.

        Those with a table come first: the tables of the others are only counted, unless none is left where
        the pair belongs.
        """
        before = self.own[pair], self.hall[pair]
        places = self.problem.places
        if self.slot_of[pair] >= 0 or (table >= 0 and not self.lets_use(pair, slot, table)):
            return False
        if table >= 0:
            self.own[pair], self.hall[pair] = True, places.table_hall[table]
        if not self.allows(pair, slot):
            self.own[pair], self.hall[pair] = before
            return table < 0 and any(self.fix(pair, slot, other) for other in range(len(places.owners)))
        if table >= 0:
            self.table_of[pair] = table
            self._taken.add((slot, table))
            if places.table_class[table] >= 0:
                self.capacity[slot, places.table_class[table]] -= 1
        self.place(pair, slot)
        self.fixed[pair] = True
        return True

    def lets_use(self, pair: int, slot: int, table: int) -> bool:
        """Whether `table` is free at `slot` of meetings that are fixed, and open to `pair`."""
        places = self.problem.places
        owners, group = places.owners[table], places.table_class[table]
        people = {int(self.problem.seller[pair]), int(self.problem.buyer[pair])}
        full = group >= 0 and self.load[slot, group] >= self.capacity[slot, group]
        return (slot, table) not in self._taken and not full and (owners is None or bool(people & owners))

    def loosen(self) -> None:
        """Count the tables of fixed pairs with those of their class, so that moving one leaves a table free."""
        self.group = self.group.copy()
        for pair, table in self.table_of.items():
            group, slot = self.problem.places.table_class[table], self.slot_of[pair]
            if group >= 0:
                self.group[pair], self.own[pair] = group, False
                self.capacity[slot, group] += 1
                self._seat(group, slot, 1)

    def allows(self, pair: int, slot: int) -> bool:
        """Whether every hard rule lets `pair`, which is not placed, meet at `slot`."""
        problem = self.problem
        for person in (problem.seller[pair], problem.buyer[pair]):
            if (
                not problem.free[person, slot]
                or self.at[person, slot] >= 0
                or self.count[person] >= problem.most[person]
                or self.today[person, problem.day[slot]] >= problem.most_a_day[person]
            ):
                return False
        return self.seats(pair, slot) and bool(self.reachable(np.array([pair]), slot)[0])

    def seats(self, pair: int, slot: int) -> bool:
        """Whether a table is left for `pair` at `slot`."""
        group = self.group[pair]
        common = self.problem.places.common[group]
        return bool(
            self.own[pair]
            or self.load[slot, group] < self.capacity[slot, group]
            or self.load[slot, common] < self.capacity[slot, common]
        )

    def reachable(self, pairs: Ints, slot: int) -> Bools:
        """(x,) whether the people of each pair can walk from and to their meetings in other halls in time."""
        problem = self.problem
        reachable = np.ones(len(pairs), dtype=bool)
        if problem.near is None:
            return reachable
        for beside in np.nonzero(problem.near[slot])[0]:
            for people in (problem.seller[pairs], problem.buyer[pairs]):
                there = self.at[people, beside]
                reachable &= (there < 0) | (self.hall[there] == self.hall[pairs])
        return reachable

    def both_free(self, pair: int) -> Bools:
        """(k,) slots at which both people are there and meet nobody."""
        seller, buyer = self.problem.seller[pair], self.problem.buyer[pair]
        there = self.problem.free[seller] & self.problem.free[buyer]
        free: Bools = there & (self.at[seller] < 0) & (self.at[buyer] < 0)
        return free

    def place(self, pair: int, slot: int) -> None:
        """Put `pair`, which is not placed and is allowed there, at `slot`."""
        self._log.append((pair, -1))
        self._put(pair, slot)

    def remove(self, pair: int) -> None:
        """Take `pair` off its slot."""
        self._log.append((pair, int(self.slot_of[pair])))
        self._take(pair)

    def move(self, moves: Iterable[tuple[int, int]]) -> bool:
        """Place all pairs at their new slots together; False and nothing done where a rule forbids one."""
        mark = self.mark()
        wanted = list(moves)
        for pair, _ in wanted:
            if self.slot_of[pair] >= 0:
                self.remove(pair)
        for pair, slot in wanted:
            if not self.allows(pair, slot):
                self.rollback(mark)
                return False
            self.place(pair, slot)
        return True

    def mark(self) -> int:
        """A point to which `rollback` can return."""
        return len(self._log)

    def rollback(self, mark: int) -> None:
        """Undo every change since `mark`."""
        while len(self._log) > mark:
            pair, slot = self._log.pop()
            if slot < 0:
                self._take(pair)
            else:
                self._put(pair, slot)

    def empty(self, slot: int) -> Ints:
        """Take off and return the pairs at `slot` that are not fixed."""
        pairs = self.pairs_at(slot)
        pairs = pairs[~self.fixed[pairs]]
        for pair in pairs:
            self.remove(int(pair))
        return pairs

    def pairs_at(self, slot: int) -> Ints:
        """The pairs placed at `slot`."""
        pairs = self.at[: self.problem.sellers, slot]
        return pairs[pairs >= 0]

    def placed(self) -> Bools:
        """(m,) which pairs are placed."""
        return self.slot_of >= 0

    def _put(self, pair: int, slot: int) -> None:
        problem = self.problem
        self.slot_of[pair] = slot
        for person in (problem.seller[pair], problem.buyer[pair]):
            self.at[person, slot] = pair
            self.count[person] += 1
            self.today[person, problem.day[slot]] += 1
        if not self.own[pair]:
            self._seat(self.group[pair], slot, 1)

    def _take(self, pair: int) -> None:
        problem = self.problem
        slot = self.slot_of[pair]
        self.slot_of[pair] = -1
        for person in (problem.seller[pair], problem.buyer[pair]):
            self.at[person, slot] = -1
            self.count[person] -= 1
            self.today[person, problem.day[slot]] -= 1
        if not self.own[pair]:
            self._seat(self.group[pair], slot, -1)

    def _seat(self, group: int, slot: int, change: int) -> None:
        before = self.load[slot, group]
        self.load[slot, group] = before + change
        common = self.problem.places.common[group]
        if group != common and max(before, before + change) > self.capacity[slot, group]:
            self.load[slot, common] += change

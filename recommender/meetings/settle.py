"""What flows cannot settle: CP-SAT places pairs at slots exactly, or improves on what is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from recommender.meetings.clock import Clock
from recommender.meetings.problem import Ints
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Worth

__all__ = ["Settled", "settle"]

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Literal: TypeAlias = "cp_model.IntVar"
Sums = Mapping[tuple[int, ...], Sequence[Literal]]


@dataclass(frozen=True, slots=True)
class Settled:
    """gained: worth won by the new placement. bound: no placement wins more. proved: gained is the most."""

    gained: int
    bound: int
    proved: bool


def settle(
    table: Timetable,
    worth: Worth,
    pairs: Ints,
    slots: Ints,
    clock: Clock,
    effort: float = float("inf"),
    workers: int = 1,
) -> Settled:
    """Place `pairs` at `slots` anew, for the highest worth, while everything else in `table` stays.

    Pairs placed at `slots` are taken off first unless fixed, and must be among `pairs`. effort: CP-SAT's
    deterministic time, about seconds. workers: with more than one, the outcome varies. The table is left as
    it was where nothing better is found.
    """
    from ortools.sat.python import cp_model

    mark = table.mark()
    old = {int(pair): int(slot) for slot in slots for pair in table.empty(int(slot))}
    before = _place(table, worth, old)
    for pair in old:
        table.remove(pair)
    model = _Model(table, worth, pairs[table.slot_of[pairs] < 0], slots)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_deterministic_time = effort
    if clock.left() < float("inf"):
        solver.parameters.max_time_in_seconds = max(clock.left(), 0.01)
    status = model.solve(solver, old)
    proved = status == cp_model.OPTIMAL
    bound = int(solver.best_objective_bound) - before
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or round(solver.objective_value) <= before:
        table.rollback(mark)
        return Settled(0, max(bound, 0), proved)
    new = {pair: slot for (pair, slot), literal in model.at.items() if solver.boolean_value(literal)}
    return Settled(_place(table, worth, new) - before, bound, proved)


def _place(table: Timetable, worth: Worth, placement: Mapping[int, int]) -> int:
    gained = 0
    for pair, slot in placement.items():
        gained += worth.gain(table, pair)
        table.place(pair, slot)
    return gained


class _Model:
    """at: the literal "this pair meets at this slot" for all that is possible at all."""

    def __init__(self, table: Timetable, worth: Worth, pairs: Ints, slots: Ints) -> None:
        from ortools.sat.python import cp_model

        self._table = table
        self._problem = table.problem
        self._model = cp_model.CpModel()
        self._weighted_sum = cp_model.LinearExpr.weighted_sum
        self.at = {
            (int(pair), int(slot)): self._model.new_bool_var("")
            for pair in pairs
            for slot in slots[table.both_free(int(pair))[slots]]
            if table.reachable(np.array([pair]), int(slot))[0]
        }
        self._everybody_once()
        self._limits()
        self._tables(slots)
        self._walks()
        self._model.maximize(self._worth(worth))

    def solve(self, solver: cp_model.CpSolver, old: Mapping[int, int]) -> int:
        for (pair, slot), literal in self.at.items():
            self._model.add_hint(literal, old.get(pair) == slot)
        return int(solver.solve(self._model))

    def _meetings(self) -> Iterator[tuple[int, int, int, Literal]]:
        """Pair, person, slot and literal, each meeting once for the seller and once for the buyer."""
        for (pair, slot), literal in self.at.items():
            for people in (self._problem.seller, self._problem.buyer):
                yield pair, int(people[pair]), slot, literal

    def _everybody_once(self) -> None:
        by_pair: defaultdict[int, list[Literal]] = defaultdict(list)
        for (pair, _), literal in self.at.items():
            by_pair[pair].append(literal)
        by_time: defaultdict[tuple[int, int], list[Literal]] = defaultdict(list)
        for _, person, slot, literal in self._meetings():
            by_time[person, slot].append(literal)
        for literals in (*by_pair.values(), *by_time.values()):
            if len(literals) > 1:
                self._model.add_at_most_one(literals)

    def _limits(self) -> None:
        table, problem = self._table, self._problem
        in_all: defaultdict[int, list[Literal]] = defaultdict(list)
        by_day: defaultdict[tuple[int, int], list[Literal]] = defaultdict(list)
        for _, person, slot, literal in self._meetings():
            in_all[person].append(literal)
            by_day[person, int(problem.day[slot])].append(literal)
        for person, literals in in_all.items():
            self._at_most(literals, int(problem.most[person] - table.count[person]))
        for (person, day), literals in by_day.items():
            self._at_most(literals, int(problem.most_a_day[person] - table.today[person, day]))

    def _at_most(self, literals: Sequence[Literal], room: int) -> None:
        if len(literals) > room:
            self._model.add(sum(literals) <= room)

    def _tables(self, slots: Ints) -> None:
        table, places = self._table, self._problem.places
        by_group: defaultdict[tuple[int, int], list[Literal]] = defaultdict(list)
        for (pair, slot), literal in self.at.items():
            if not table.own[pair]:
                by_group[slot, int(table.group[pair])].append(literal)
        for slot in slots.tolist():
            for hall in range(places.halls):
                needed = list(by_group.get((slot, hall), ()))
                for group in np.nonzero(places.common == hall)[0].tolist():
                    seated = by_group.get((slot, group), ())
                    left = max(int(table.capacity[slot, group] - table.load[slot, group]), 0)
                    if group != hall and len(seated) > left:
                        needed.append(overflow := self._model.new_int_var(0, len(seated) - left, ""))
                        self._model.add(sum(seated) - overflow <= left)
                self._at_most_int(needed, int(table.capacity[slot, hall] - table.load[slot, hall]))

    def _at_most_int(self, needed: Sequence[Literal], room: int) -> None:
        if needed:
            self._model.add(sum(needed) <= max(room, 0))

    def _walks(self) -> None:
        near = self._problem.near
        if near is None:
            return
        by_hall: defaultdict[tuple[int, int, int], list[Literal]] = defaultdict(list)
        for pair, person, slot, literal in self._meetings():
            by_hall[person, slot, int(self._table.hall[pair])].append(literal)
        for (person, slot, hall), here in by_hall.items():
            for other in np.nonzero(near[slot])[0].tolist():
                for place in range(self._problem.places.halls):
                    there = by_hall.get((person, other, place), [])
                    if place != hall and other > slot and there:
                        self._model.add(sum(here) + sum(there) <= 1)

    def _worth(self, worth: Worth) -> cp_model.LinearExprT:
        """Joint worth of the meetings, and a literal for each step of everybody whose steps are not all 0."""
        literals: list[Literal] = list(self.at.values())
        weights = [int(worth.joint[pair]) for pair, _ in self.at]
        mine: defaultdict[int, list[Literal]] = defaultdict(list)
        for _, person, _, literal in self._meetings():
            mine[person].append(literal)
        for person, meetings in mine.items():
            first = int(self._table.count[person])
            steps = worth.step[person, first : min(int(self._problem.most[person]), first + len(meetings))]
            if steps.any():
                reached = [self._model.new_bool_var("") for _ in steps]
                self._model.add(sum(reached) == sum(meetings))
                literals += reached
                weights += [int(step) for step in steps]
        return self._weighted_sum(literals, weights)

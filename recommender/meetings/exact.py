"""Small events whose tables cannot be counted by classes: CP-SAT with a literal for each pair, slot and kind of table.

A timetable counts tables by classes and lets everybody who sits stay in one hall (`places`). Where halls are far
apart, or where both sides have tables of their own, that rules out some schedules; here nothing is ruled out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from recommender.meetings.clock import Clock
from recommender.meetings.kinds import Kinds
from recommender.meetings.problem import Bools, Ints, Problem
from recommender.meetings.seating import seat
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Worth

__all__ = ["Exact", "held_together", "is_small", "kept_together", "settle_exactly"]

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Literal: TypeAlias = "cp_model.IntVar"
Key = tuple[int, int, int]
"""Pair, slot and kind of table."""


@dataclass(frozen=True, eq=False, slots=True)
class Exact:
    """table: the best timetable found, every meeting of it fixed at a table; None = none was found.

    worth: its worth. most: no timetable under the same rules is worth more. proved: `most` is reached, or it is
    sure that there is no timetable.
    """

    table: Timetable | None
    worth: int
    most: int
    proved: bool


def is_small(problem: Problem, pairs: Bools, most: int) -> bool:
    """Whether the pairs x common slots x kinds of tables are at most `most`."""
    kinds, some = Kinds.among(problem), np.nonzero(pairs)[0]
    if len(some) > most:
        return False
    together = (problem.free[problem.seller[some]] & problem.free[problem.buyer[some]]).sum(axis=1)
    ways = [len(kinds.open_to(problem, pair)) for pair in some.tolist()]
    return int(together @ np.array(ways, dtype=np.int64)) <= most


def settle_exactly(
    table: Timetable, worth: Worth, pairs: Bools, clock: Clock, effort: float, *, fixed: Bools | None = None
) -> Exact:
    """The best timetable of `pairs` and the meetings of `table` that are fixed, at their slots and given tables.

    What else `table` holds is a hint. fixed: (m,) those that stay, by default all that are fixed there.
    effort: CP-SAT's deterministic time, about seconds.
    """
    problem, kinds = table.problem, Kinds.among(table.problem)
    held = _held(table, table.fixed if fixed is None else fixed)
    first = worth.joint + worth.step[problem.seller, 0] + worth.step[problem.buyer, 0]
    wanted = np.nonzero(pairs & (first > 0))[0].tolist()
    weights = {
        key: int(worth.joint[pair])
        for pair in dict.fromkeys([*held, *wanted])
        for key in _possible(problem, kinds, pair, held)
    }
    model = _Model(problem, kinds, held, weights, worth.step)
    solved = model.solve(clock, effort, _placed(table, kinds))
    if not solved.found:
        return Exact(None, 0, 0, solved.proved)
    best = _seated(problem, kinds, held, model.chosen())
    return Exact(best, worth.total(best.placed(), best.count), solved.most, solved.proved)


def held_together(
    problem: Problem, meetings: Mapping[int, tuple[int, int]], clock: Clock
) -> Timetable | None:
    """A timetable in which all `meetings` are fixed; None where there is none. pair -> slot, table (-1 = any)."""
    kinds = Kinds.among(problem)
    weights = {key: 0 for pair in meetings for key in _possible(problem, kinds, pair, meetings)}
    model = _Model(problem, kinds, meetings, weights)
    is_found = model.solve(clock, float("inf")).found
    return _seated(problem, kinds, meetings, model.chosen()) if is_found else None


def kept_together(
    problem: Problem, published: Sequence[Key], clock: Clock, effort: float
) -> Timetable | None:
    """The locks and the most published meetings that can stay while as many musts as possible find a place.

    published: pair, slot and table (-1 = it is gone). At the same table comes first, then at the same time, then
    value. None: the time was too short.
    """
    kinds = Kinds.each(problem)
    held = {pair: (slot, place) for pair, slot, place in problem.locks}
    weights = {key: 0 for pair in held for key in _possible(problem, kinds, pair, held)}
    musts = [pair for pair in np.nonzero(problem.must)[0].tolist() if pair not in held]
    size = len(musts) + len(published) + 1
    must, same, then = 100 * size**3, 100 * size**2, 100 * size
    for pair in musts:
        weights |= dict.fromkeys(_possible(problem, kinds, pair, {}), must)
    value = np.rint(10 * problem.value / max(float(problem.value.max(initial=0.0)), 1e-12)).astype(np.int64)
    for pair, slot, place in published:
        for key in _possible(problem, kinds, pair, {pair: (slot, -1)}):
            if pair in held and key not in weights:
                continue
            stays = (same if key[2] == place else then) + int(value[pair])
            weights[key] = weights.get(key, 0) + stays
    model = _Model(problem, kinds, held, weights)
    if not model.solve(clock, effort).found:
        return None
    before = {(pair, slot) for pair, slot, _ in published}
    chosen = [key for key in model.chosen() if key[0] in held or key[:2] in before]
    given = {pair: (slot, kind) for pair, slot, kind in chosen}
    return _seated(problem, kinds, given, chosen)


def _held(table: Timetable, fixed: Bools) -> dict[int, tuple[int, int]]:
    """Slot and table (-1 = any) of the pairs that are fixed."""
    pairs = np.nonzero(fixed)[0].tolist()
    return {pair: (int(table.slot_of[pair]), table.table_of.get(pair, -1)) for pair in pairs}


def _possible(
    problem: Problem, kinds: Kinds, pair: int, held: Mapping[int, tuple[int, int]]
) -> Iterator[Key]:
    """Where a pair can meet; what is held only where it is held."""
    slots = np.nonzero(problem.free[problem.seller[pair]] & problem.free[problem.buyer[pair]])[0]
    usable = kinds.open_to(problem, pair)
    if pair in held:
        slot, place = held[pair]
        slots = slots[slots == slot]
        usable = [kind for kind in usable if place < 0 or kind == kinds.of[place]]
    return ((pair, slot, kind) for slot in slots.tolist() for kind in usable)


def _placed(table: Timetable, kinds: Kinds) -> dict[int, tuple[int, int]]:
    """Slot and kind of every pair that is placed."""
    tables = seat(table)
    pairs = np.nonzero(table.placed())[0].tolist()
    return {pair: (int(table.slot_of[pair]), int(kinds.of[tables[pair]])) for pair in pairs}


def _seated(
    problem: Problem, kinds: Kinds, held: Mapping[int, tuple[int, int]], chosen: Sequence[Key]
) -> Timetable:
    """A timetable of the chosen meetings at tables of their kinds, where possible at those where they sat last."""
    table = Timetable(problem)
    given = {pair: place for pair, (_, place) in held.items() if place >= 0}
    for pair, slot, _ in chosen:
        if pair in given:
            table.fix(pair, slot, given[pair])
    last: dict[int, int] = {}
    for pair, slot, kind in sorted(chosen, key=lambda key: key[1]):
        sitter = int(table.sitter[pair])
        if pair not in given:
            places = np.nonzero(kinds.of == kind)[0].tolist()
            places.sort(key=lambda place: place != last.get(sitter, -1))
            next(place for place in places if table.fix(pair, slot, place))
        last[sitter] = table.table_of[pair]
    return table


@dataclass(frozen=True, slots=True)
class Solved:
    """What a solver ended with. most: no solution exceeds it."""

    found: bool
    proved: bool
    most: int


class _Model:
    """at: the literal "this pair meets at this slot at a table of this kind" for all that is possible at all.

    held: the pairs that must meet. weights: what each literal counts. steps: (n, w) what everybody's first, second
    ... meeting counts besides.
    """

    def __init__(
        self,
        problem: Problem,
        kinds: Kinds,
        held: Mapping[int, tuple[int, int]],
        weights: Mapping[Key, int],
        steps: Ints | None = None,
    ) -> None:
        from ortools.sat.python import cp_model

        self._problem = problem
        self._kinds = kinds
        self._weighted_sum = cp_model.LinearExpr.weighted_sum
        self._model = cp_model.CpModel()
        self._solver = cp_model.CpSolver()
        self.at = {key: self._model.new_bool_var("") for key in weights}
        self._groups: defaultdict[tuple[str, int, int], list[Literal]] = defaultdict(list)
        for (pair, slot, kind), literal in self.at.items():
            self._groups["pair", pair, 0].append(literal)
            self._groups["table", slot, kind].append(literal)
        given = [(slot, place) for slot, place in held.values() if place >= 0]
        self._impossible = len(set(given)) < len(given)
        self._impossible |= any(("pair", pair, 0) not in self._groups for pair in held)
        for pair in held:
            self._model.add_exactly_one(self._groups["pair", pair, 0])
        for person, slot, _, literal in self._meetings():
            self._groups["busy", person, slot].append(literal)
            self._groups["day", person, int(problem.day[slot])].append(literal)
            self._groups["all", person, 0].append(literal)
        for (name, one, other), literals in self._groups.items():
            room = self._room(name, one, other)
            if len(literals) > room:
                self._model.add(sum(literals) <= room)
        self._walks()
        self._model.maximize(self._worth(weights, steps))

    def solve(self, clock: Clock, effort: float, hint: Mapping[int, tuple[int, int]] | None = None) -> Solved:
        """Look for the best meetings. hint: pair -> slot and kind of a first solution."""
        if self._impossible:
            return Solved(found=False, proved=True, most=0)
        for (pair, *place), literal in self.at.items():
            if hint is not None:
                self._model.add_hint(literal, hint.get(pair) == tuple(place))
        self._solver.parameters.num_workers = 1
        self._solver.parameters.max_deterministic_time = effort
        if clock.left() < float("inf"):
            self._solver.parameters.max_time_in_seconds = max(clock.left(), 0.01)
        status = self._solver.status_name(self._solver.solve(self._model))
        return Solved(
            found=status in ("OPTIMAL", "FEASIBLE"),
            proved=status in ("OPTIMAL", "INFEASIBLE"),
            most=int(self._solver.best_objective_bound),
        )

    def chosen(self) -> list[Key]:
        """The meetings of the solution that was found."""
        return [key for key, literal in self.at.items() if self._solver.boolean_value(literal)]

    def _room(self, name: str, one: int, other: int) -> int:
        """How many of a group of meetings there may be."""
        if name == "table":
            return self._kinds.size[other]
        if name == "day":
            return int(self._problem.most_a_day[one])
        return int(self._problem.most[one]) if name == "all" else 1

    def _meetings(self) -> Iterator[tuple[int, int, int, Literal]]:
        """Person, slot, kind and literal, each meeting once for the seller and once for the buyer."""
        for (pair, slot, kind), literal in self.at.items():
            for people in (self._problem.seller, self._problem.buyer):
                yield int(people[pair]), slot, kind, literal

    def _walks(self) -> None:
        near = self._problem.near
        if near is None:
            return
        by_hall: defaultdict[tuple[int, int, int], list[Literal]] = defaultdict(list)
        for person, slot, kind, literal in self._meetings():
            by_hall[person, slot, self._kinds.hall[kind]].append(literal)
        for (person, slot, hall), here in by_hall.items():
            for other in np.nonzero(near[slot])[0].tolist():
                for place in set(self._kinds.hall) - {hall}:
                    there = by_hall.get((person, other, place), [])
                    if other > slot and there:
                        self._model.add(sum(here) + sum(there) <= 1)

    def _worth(self, weights: Mapping[Key, int], steps: Ints | None) -> cp_model.LinearExprT:
        """The weights of the meetings, and a literal for each step of everybody whose steps are not all 0."""
        literals: list[Literal] = list(self.at.values())
        weight = list(weights.values())
        for (name, person, _), meetings in self._groups.items() if steps is not None else ():
            if name != "all" or steps is None:
                continue
            mine = steps[person, : min(int(self._problem.most[person]), len(meetings))]
            if mine.any():
                reached = [self._model.new_bool_var("") for _ in mine]
                self._model.add(sum(reached) == sum(meetings))
                literals += reached
                weight += [int(step) for step in mine]
        return self._weighted_sum(literals, weight)

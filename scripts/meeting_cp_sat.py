"""CP-SAT alone as a way to plan meetings: one model of pairs and slots, to compare ours with.

Made for the events of `meeting_events.py`, whose tables are for everybody and whose limits are in all, not a day:
where there are other rules, meetings that break one are left out afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from recommender.meetings.clock import Clock
from recommender.meetings.problem import Ints, Problem
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import plain_worth

__all__ = ["LITERALS", "improve_by_cp_sat"]

LITERALS = 300_000
"""Possible meetings (a pair at a slot) that CP-SAT is given at most."""


def improve_by_cp_sat(table: Timetable, best: Ints, seconds: float) -> str:
    """Change `table` into the best plan that CP-SAT finds from it, and say what it was given.

    best: all pairs, the best first. seconds: to build the model and to solve it, on two cores.
    """
    clock = Clock(seconds)
    pair, slot, possible = _ways(table, best)
    model, literals = _model(table.problem, table.capacity.sum(axis=1), pair, slot)
    for literal, held in zip(literals, (table.slot_of[pair] == slot).tolist(), strict=True):
        model.add_hint(literal, held)
    built = clock.seconds()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = max(clock.left(), 0.01)
    # Presolve and symmetries take longer than the limit where there are many literals, and then nothing is found.
    solver.parameters.cp_model_presolve = False
    solver.parameters.symmetry_level = 0
    status = solver.solve(model) if clock.left() else cp_model.UNKNOWN
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        chosen = np.array([solver.boolean_value(literal) for literal in literals], dtype=bool)
        for held in np.nonzero(table.placed())[0].tolist():
            table.remove(held)
        for one, time in zip(pair[chosen].tolist(), slot[chosen].tolist(), strict=True):
            if table.allows(one, time):
                table.place(one, time)
    return f"{len(pair):,} of {possible:,} possible meetings, a model built in {built:.1f} s"


def _ways(table: Timetable, best: Ints) -> tuple[Ints, Ints, int]:
    """Pair and slot of each literal, and how many there could be.

    All of them where they are few. Else the meetings of the plan, then of the best other pairs those at which one of
    the two sits idle: exchanges of one meeting for another.
    """
    problem = table.problem
    both = problem.free[problem.seller[best]] & problem.free[problem.buyer[best]]
    possible = int(both.sum())
    if possible > LITERALS:
        idle = problem.free & (table.at < 0)
        both &= idle[problem.seller[best]] | idle[problem.buyer[best]]
        both[table.placed()[best]] = False
    row, slot = np.nonzero(both)
    if possible > LITERALS:
        held = np.nonzero(table.placed())[0]
        pair = np.concatenate([held, best[row]])[:LITERALS]
        return pair, np.concatenate([table.slot_of[held], slot])[:LITERALS], possible
    return best[row], slot, possible


def _model(
    problem: Problem, tables: Ints, pair: Ints, slot: Ints
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """A literal for each pair and slot. tables: (k,) at each slot."""
    model = cp_model.CpModel()
    literals = [model.new_bool_var("") for _ in range(len(pair))]
    column = np.array(literals, dtype=object)
    seller, buyer = problem.seller[pair], problem.buyer[pair]
    for keys in (pair, seller * problem.slots + slot, buyer * problem.slots + slot):
        for rows in _groups(keys):
            if len(rows) > 1:
                model.add_at_most_one(column[rows].tolist())
    rooms = ((seller, problem.most), (buyer, problem.most), (slot, tables))
    for who, room in rooms:
        for rows in _groups(who):
            most = int(room[who[rows[0]]])
            if len(rows) > most:
                model.add(cp_model.LinearExpr.sum(column[rows].tolist()) <= most)
    worth = plain_worth(problem).joint[pair].tolist()
    model.maximize(cp_model.LinearExpr.weighted_sum(literals, worth))
    return model, literals


def _groups(keys: Ints) -> Iterator[NDArray[np.int64]]:
    """The rows of each key."""
    order = np.argsort(keys, kind="stable")
    yield from np.split(order, np.nonzero(np.diff(keys[order]))[0] + 1) if len(order) else ()

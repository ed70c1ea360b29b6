"""Other ways to plan meetings, under the same rules as ours, to compare with. All of them place musts first."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from recommender.meetings.clock import Clock
from recommender.meetings.domain import Event
from recommender.meetings.problem import Ints, Problem
from recommender.meetings.timetable import Timetable
from scripts.meeting_cp_sat import improve_by_cp_sat

__all__ = ["BASELINES", "Baseline"]

Baseline = Callable[[Event, Timetable, float], str]
"""Fills an empty timetable of an event in so many seconds, which only CP-SAT needs to be told; "" or a note on it."""


def greedy(event: Event, table: Timetable, _seconds: float) -> str:
    """The pair of the highest value takes the first slot that is open to both, then the next pair."""
    for pair in _best_first(table.problem, event.values.value).tolist():
        _first_open_slot(table, pair)
    return ""


def round_robin(event: Event, table: Timetable, _seconds: float) -> str:
    """In alphabetical order, again and again, every seller takes his best buyer who has a slot open to both."""
    problem = table.problem
    pairs = _best_first(problem, event.values.value)
    lists = [pairs[problem.seller[pairs] == seller].tolist()[::-1] for seller in range(problem.sellers)]
    while any(lists):
        for mine in lists:
            while mine and not _first_open_slot(table, mine.pop()):
                pass
    return ""


def deferred_acceptance(event: Event, table: Timetable, _seconds: float) -> str:
    """Gale and Shapley's stable matching, each side by its own value; then slots, the best pairs first."""
    held = _stable(event, table.problem)
    for pair in _best_first(table.problem, event.values.value).tolist():
        if pair in held:
            _first_open_slot(table, pair)
    return ""


def cp_sat(event: Event, table: Timetable, seconds: float) -> str:
    """One CP-SAT model of pairs and slots for the given time, on two cores, that is given the greedy plan.

    Without that it finds no schedule at all in the time.
    """
    clock = Clock(seconds)
    greedy(event, table, seconds)
    return improve_by_cp_sat(table, _best_first(table.problem, event.values.value), clock.left())


BASELINES: Final[Mapping[str, Baseline]] = {
    "greedy by value": greedy,
    "round-robin by alphabet": round_robin,
    "deferred acceptance": deferred_acceptance,
    "CP-SAT alone, from the greedy plan": cp_sat,
}


def _best_first(problem: Problem, value: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Ints:
    """The pairs, musts first, then by `value`, a column of the event's values; pairs that are not listed last."""
    listed = np.append(value, 0.0)[problem.row]
    order: Ints = np.lexsort((-listed, ~problem.must))
    return order


def _stable(event: Event, problem: Problem) -> set[int]:
    """Sellers propose in their order until they have as many as they may; buyers keep the best proposals."""
    order = _best_first(problem, event.values.value_seller)
    rank = np.argsort(_best_first(problem, event.values.value_buyer)[::-1])
    lists = [order[problem.seller[order] == seller].tolist()[::-1] for seller in range(problem.sellers)]
    room = problem.most[: problem.sellers].tolist()
    held: list[list[tuple[int, int]]] = [[] for _ in range(problem.people)]
    proposing = [seller for seller in range(problem.sellers) if room[seller]]
    while proposing:
        seller = proposing.pop()
        while room[seller] and lists[seller]:
            pair = lists[seller].pop()
            buyer = int(problem.buyer[pair])
            if not problem.most[buyer]:
                continue
            heapq.heappush(held[buyer], (int(rank[pair]), pair))
            room[seller] -= 1
            if len(held[buyer]) > problem.most[buyer]:
                refused = int(problem.seller[heapq.heappop(held[buyer])[1]])
                room[refused] += 1
                if refused != seller:
                    proposing.append(refused)
    return {pair for pairs in held for _, pair in pairs}


def _first_open_slot(table: Timetable, pair: int) -> bool:
    """Place `pair` at the first slot that every rule allows, if there is one."""
    for slot in np.nonzero(table.both_free(pair))[0].tolist():
        if table.allows(pair, slot):
            table.place(pair, slot)
            return True
    return False

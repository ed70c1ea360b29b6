"""A sum of values that no schedule under the same rules can exceed.

The flow that chooses pairs is a relaxation, so its optimum is a bound. Musts and minimums are kept in it by
prices p >= 0: a plan with M musts and F meetings towards minimums has

    value <= max over flows (value + p_must * musts + p_min * towards minimums) - p_must * M - p_min * F,

whatever the prices. The highest prices make musts and minimums come first and are best where the plan keeps
as many as the flow; where it keeps fewer, the best price lies where the flow keeps as many on average, and is
found by cutting planes: f(p) is convex and piecewise linear. Tables that guests leave to others have a price in
the same way (`lending`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.meetings.allocate import allocate
from recommender.meetings.clock import Clock
from recommender.meetings.prices import cheapest
from recommender.meetings.problem import Ints, Problem
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import SCALE, plain_worth

__all__ = ["bound_of", "towards_minimums"]


def bound_of(start: Timetable, musts: int, minimums: int, clock: Clock) -> float:
    """What the value of a timetable cannot exceed that holds the pairs of `start` and keeps as much.

    musts: how many of them it keeps. minimums: see `towards_minimums`.
    """
    relaxed = _Relaxed(start, (musts, minimums))
    prices = [*plain_worth(start.problem, wants=False).prices, 0]
    excess = relaxed.excess(prices)[1]
    if excess[2] < 0:
        prices[2] = SCALE
        relaxed.lower(prices, 2, clock)
    for which in (0, 1):
        if excess[which] > 0 and not clock.over():
            relaxed.lower(prices, which, clock)
    return relaxed.best


def towards_minimums(problem: Problem, count: Ints) -> int:
    """Meetings that count towards somebody's minimum, where people have `count`."""
    return int(np.minimum(count, problem.least).sum())


class _Relaxed:
    """f(prices), its slopes, and the lowest value seen so far (`best`). Prices: of musts, of minimums, of tables."""

    def __init__(self, start: Timetable, kept: tuple[int, int]) -> None:
        self._start = start
        self._kept = kept
        self.best = float("inf")

    def excess(self, prices: Sequence[int]) -> tuple[int, tuple[int, int, int]]:
        """f, and what the flow keeps at these prices beyond what is kept: musts, towards minimums, tables."""
        start, problem = self._start, self._start.problem
        worth = plain_worth(problem, (prices[0], prices[1]), wants=False)
        choice = allocate(start, worth, prices[2])
        placed = start.placed()
        value = choice.worth + worth.total(placed, start.count)
        value -= prices[0] * self._kept[0] + prices[1] * self._kept[1]
        self.best = min(self.best, worth.value_of(value))
        pairs = np.nonzero(placed | choice.chosen)[0]
        people = np.concatenate([problem.seller[pairs], problem.buyer[pairs]])
        count = np.bincount(people, minlength=problem.people)
        musts = int(problem.must[pairs].sum())
        beyond = musts - self._kept[0], towards_minimums(problem, count) - self._kept[1]
        return value, (*beyond, choice.excess)

    def lower(self, prices: list[int], which: int, clock: Clock) -> None:
        """Set the price numbered `which` to where f is lowest, up to what it is now."""

        def at(price: int) -> tuple[int, int]:
            value, excess = self.excess([*prices[:which], price, *prices[which + 1 :]])
            return value, excess[which]

        prices[which] = cheapest(at, prices[which], clock)

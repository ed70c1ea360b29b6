"""A sum of values that no schedule under the same rules can exceed.

The flow that chooses pairs is a relaxation, so its optimum is a bound. Musts and minimums are kept in it by
prices p >= 0: a plan with M musts and F meetings towards minimums has

    value <= max over flows (value + p_must * musts + p_min * towards minimums) - p_must * M - p_min * F,

whatever the prices. The highest prices make musts and minimums come first and are best where the plan keeps
as many as the flow; where it keeps fewer, the best price lies where the flow keeps as many on average, and is
found by cutting planes: f(p) is convex and piecewise linear.
"""

from __future__ import annotations

import numpy as np

from recommender.meetings.allocate import allocate
from recommender.meetings.clock import Clock
from recommender.meetings.problem import Ints, Problem
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Prices, plain_worth

__all__ = ["bound_of", "towards_minimums"]

CUTS = 8
"""Cutting planes for each price: more are hardly ever needed."""


def bound_of(start: Timetable, musts: int, minimums: int, clock: Clock) -> float:
    """What the value of a timetable cannot exceed that holds the pairs of `start` and keeps as much.

    musts: how many of them it keeps. minimums: see `towards_minimums`.
    """
    relaxed = _Relaxed(start, (musts, minimums))
    prices = plain_worth(start.problem, wants=False).prices
    excess = relaxed.excess(prices)
    for which in (0, 1):
        if excess[which] > 0 and not clock.over():
            prices = relaxed.cheapest(prices, which, clock)
    return relaxed.best


def towards_minimums(problem: Problem, count: Ints) -> int:
    """Meetings that count towards somebody's minimum, where people have `count`."""
    return int(np.minimum(count, problem.least).sum())


class _Relaxed:
    """f(prices), its slopes, and the lowest value seen so far (`best`)."""

    def __init__(self, start: Timetable, kept: tuple[int, int]) -> None:
        self._start = start
        self._kept = kept
        self.best = float("inf")
        self._value = 0

    def excess(self, prices: Prices) -> tuple[int, int]:
        """Musts and minimums that the flow at `prices` keeps beyond those kept: the slopes of f."""
        start, problem = self._start, self._start.problem
        worth = plain_worth(problem, prices, wants=False)
        choice = allocate(start, worth)
        placed = start.placed()
        self._value = choice.worth + worth.total(placed, start.count)
        self._value -= prices[0] * self._kept[0] + prices[1] * self._kept[1]
        self.best = min(self.best, worth.value_of(self._value))
        pairs = np.nonzero(placed | choice.chosen)[0]
        people = np.concatenate([problem.seller[pairs], problem.buyer[pairs]])
        count = np.bincount(people, minlength=problem.people)
        musts = int(problem.must[pairs].sum())
        return musts - self._kept[0], towards_minimums(problem, count) - self._kept[1]

    def cheapest(self, prices: Prices, which: int, clock: Clock) -> Prices:
        """`prices` with the one numbered `which` lowered to where f is lowest."""
        low, high = 0, prices[which]
        ends = []
        for price in (low, high):
            slope = self.excess(_with(prices, which, price))[which]
            ends.append((price, slope, self._value))
        for _ in range(CUTS):
            (low, rise_low, at_low), (high, rise_high, at_high) = ends
            if rise_low >= 0 or rise_high <= 0 or clock.over():
                break
            price = (at_high - at_low + rise_low * low - rise_high * high) // (rise_low - rise_high)
            if price in (low, high):
                break
            slope = self.excess(_with(prices, which, price))[which]
            ends[slope > 0] = (price, slope, self._value)
        return _with(prices, which, min(ends, key=lambda end: end[2])[0])


def _with(prices: Prices, which: int, price: int) -> Prices:
    return (price, prices[1]) if which == 0 else (prices[0], price)

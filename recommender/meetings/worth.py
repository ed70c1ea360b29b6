"""What the planner maximises, in whole numbers: first musts, then minimums, then value and evenness.

A plan is worth the sum over its meetings of `joint` and, for each participant, the sum of his first `step`s.
Steps fall, so a further meeting of somebody who has many is worth less (diminishing returns), and the best
choice of pairs remains a flow.

At evenness e, 0..1, the k-th meeting of each of two people counts

    (1 - e) * value / u + e * (even_seller(k_seller) + even_buyer(k_buyer))
    even(k) = w * (share(k) + a / (4 k))

where u is the mean value of a meeting in the plan of most value, and there, of the numbers of meetings of a side, a
is the mean and share(k) what a logistic distribution of their mean and deviation has at k or more: a meeting that goes
from who has many to who has few counts alike on both sides, however many meetings a side has. The second term is for
those who have next to none. w is the lower Gini coefficient of both sides there over the side's own, at least 1/4: both
are to fall by the same share. At 0 the value counts alone, at 1 the number of meetings, value deciding among equals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.figures import gini
from recommender.meetings.problem import Bools, Ints, Problem
from recommender.meetings.timetable import Timetable

__all__ = ["SCALE", "Prices", "Worth", "even_worth", "plain_worth"]

SCALE = 1 << 22
"""The highest value in whole numbers: rounding costs less than a four-millionth of it for each meeting."""
DECIMALS = 6
"""Decimals that values have at most if they are to be counted exactly."""
CHAIN = 500
"""A higher aim outweighs this many meetings: one exchange of meetings for others never touches as many."""
TIE = 0.001
"""The weight that is left to value at evenness 1."""
LEAST_WEIGHT = 0.25
NO_GINI = 1e-3
"""A Gini coefficient below which a side is even."""

Prices = tuple[int, int]
"""Worth of a must, and of a meeting towards somebody's minimum."""


@dataclass(frozen=True, eq=False, slots=True)
class Worth:
    """joint: (m,) worth of a pair. step: (n, w) worth of somebody's next meeting when he has 0, 1, ...

    unit: value of a worth of 1, where only value counts. prices: those that are in it. grain: what every
    pair's value is a multiple of, 1 where values had to be rounded.
    """

    joint: Ints
    step: Ints
    unit: float
    prices: Prices
    grain: int = 1

    def value_of(self, worth: int) -> float:
        """The highest value that a worth may stand for."""
        return worth // self.grain * (self.grain * self.unit)

    def gain(self, table: Timetable, pair: int) -> int:
        """What placing `pair`, which is not placed, adds."""
        seller, buyer = table.problem.seller[pair], table.problem.buyer[pair]
        steps = (int(self.step[person, self._place(table.count[person])]) for person in (seller, buyer))
        return int(self.joint[pair]) + sum(steps)

    def gains(self, table: Timetable, pairs: Ints) -> Ints:
        """(x,) what placing each of `pairs`, which are not placed, adds if no other is placed."""
        steps = self.step[np.arange(len(table.count)), self._place(table.count)]
        gains: Ints = (
            self.joint[pairs] + steps[table.problem.seller[pairs]] + steps[table.problem.buyer[pairs]]
        )
        return gains

    def total(self, placed: Bools | Ints, count: Ints) -> int:
        """Worth of the pairs `placed`, with which people have `count` meetings."""
        reached = np.arange(self.step.shape[1]) < count[:, None]
        return int(self.joint[placed].sum() + self.step[reached].sum())

    def _place(self, count: Ints) -> Ints:
        place: Ints = np.minimum(count, self.step.shape[1] - 1)
        return place


def plain_worth(problem: Problem, prices: Prices | None = None, *, wants: bool = True) -> Worth:
    """Value, never rounded down, with `prices`, the highest by default; wants: whether they win among equals."""
    whole, unit, grain = _whole_values(problem.value)
    joint = whole + (problem.want if wants else 0)
    steps = np.zeros((problem.people, _width(problem)), dtype=np.int64)
    return _priced(problem, joint, steps, unit, prices, grain)


def even_worth(problem: Problem, evenness: float, chosen: Bools) -> Worth:
    """Value against evenness. chosen: (m,) the pairs of most value, not all of them of value 0."""
    meetings, value = int(chosen.sum()), float(problem.value[chosen].sum())
    joint = max(1 - evenness, TIE) * meetings / value * problem.value
    people = np.concatenate([problem.seller[chosen], problem.buyer[chosen]])
    sides = np.split(np.bincount(people, minlength=problem.people), [problem.sellers])
    uneven = np.maximum([gini(side) for side in sides], NO_GINI)
    further = np.arange(1, _width(problem) + 1)
    step = evenness * np.concatenate(
        [
            np.tile(max(uneven.min() / own, LEAST_WEIGHT) * _even(side, further), (len(side), 1))
            for side, own in zip(sides, uneven, strict=True)
        ]
    )
    unit = float(np.abs(joint).max() + 2 * step.max()) / SCALE
    return _priced(problem, _whole(joint / unit) + problem.want, _whole(step / unit), unit, None)


def _even(counts: Ints, further: Ints) -> NDArray[np.float64]:
    """(w,) what each of `further` meetings of somebody counts where a side had `counts`; falls, is above 0."""
    mean, scale = counts.mean(), max(float(counts.std()), 0.5) * math.sqrt(3) / math.pi
    share = (1 - np.tanh((further - 0.5 - mean) / (2 * scale))) / 2
    even: NDArray[np.float64] = share + mean / (4 * further)
    return even


def _priced(
    problem: Problem, joint: Ints, step: Ints, unit: float, prices: Prices | None, grain: int = 1
) -> Worth:
    if prices is None:
        chain = min(2 * problem.people, CHAIN)
        minimum = int(np.abs(joint).max(initial=1) + 2 * step.max(initial=0) + grain) // grain * grain * chain
        prices = 3 * minimum * chain, minimum
    towards = np.arange(step.shape[1]) < problem.least[:, None]
    return Worth(joint + prices[0] * problem.must, step + prices[1] * towards, unit, prices, grain)


def _width(problem: Problem) -> int:
    return int(problem.most.max(initial=0)) + 1


def _whole_values(value: NDArray[np.float64]) -> tuple[Ints, float, int]:
    """Values in whole numbers, exact where they have few decimals, else rounded up; what 1 is worth; their grain."""
    highest = float(np.abs(value).max(initial=0.0)) or 1.0
    for digits in range(DECIMALS + 1):
        scaled = value * 10**digits
        whole = np.rint(scaled)
        if highest * 10**digits > SCALE:
            break
        if np.allclose(scaled, whole, rtol=1e-12, atol=0.0):
            grain = max(int(SCALE // max(highest * 10**digits, 1)), 1)
            return whole.astype(np.int64) * grain, 1 / 10**digits / grain, grain
    unit = highest / SCALE
    return _whole(value / unit), unit, 1


def _whole(amount: NDArray[np.float64]) -> Ints:
    whole: Ints = np.ceil(amount).astype(np.int64)
    return whole

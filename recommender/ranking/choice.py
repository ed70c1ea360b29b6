"""The last stage: which of a pool's distributors takes a film, as a conditional logit.

McFadden, Conditional logit analysis of qualitative choice behavior (1974): the probability that distributor d
takes the film is exp(u_d) over the sum of exp(u) of the whole pool, where u is linear in the signals. One set
of weights serves all territories: it ranks better in each than weights of its own.

Who took a film teaches the weights, and who passed on one that nobody took: see likelihood.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.likelihood import Declined, Taken, most_likely
from recommender.ranking.rerank import standardised

__all__ = ["WORTH", "ChoiceModel", "Choices", "Declines"]

WORTH: Final = 0.25
"""What a pass weighs beside a purchase of the same territory."""

CLIP: Final = 8.0


@dataclass(frozen=True, eq=False)
class Choices:
    """Queries of one territory and window.

    signals: float32 (q, n, p). taken: bool (q, n), who took each film. names: the p signals, where it matters.
    """

    territory: str
    signals: NDArray[np.float32]
    taken: NDArray[np.bool_]
    names: tuple[str, ...] = ()

    def answered(self) -> Choices:
        """The queries whose buyer is in the pool."""
        found = self.taken.any(axis=1)
        return Choices(self.territory, self.signals[found], self.taken[found], self.names)


@dataclass(frozen=True, eq=False)
class Declines:
    """Films of one territory and window that some of its pool passed on, and that none of it took.

    signals: float32 (q, n, p). films, places: int64 (m,), of each pass the film, 0..q-1, and who passed, 0..n-1.
    """

    territory: str
    signals: NDArray[np.float32]
    films: NDArray[np.int64]
    places: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ChoiceModel:
    """Weights of the signals, raw and standardised within the query: float64 (2 p,) each."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]

    @classmethod
    def fit(
        cls,
        choices: Sequence[Choices],
        rising: NDArray[np.bool_] | None = None,
        declines: Sequence[Declines] = (),
    ) -> ChoiceModel:
        """The most likely weights under the penalty.

        rising: bool (p,), signals that can only speak for a distributor when they are high: their weights are
        not below 0; by default none. Without it, near copies of a signal get opposite signs and reasons mislead.

        Queries whose buyer is not in the pool say nothing about the choice within it and are left out. A
        territory counts by the square root of its number of queries, so that the largest does not decide alone.
        Passes of a territory without queries are left out.
        """
        answered = [c.answered() for c in choices]
        start = cls(*_moments(answered), np.zeros(2 * answered[0].signals.shape[-1]))
        held = np.zeros(len(start.mean) // 2, dtype=np.bool_) if rising is None else rising
        return start._learnt(answered, np.ones_like(held), held, declines)

    def extended(self, choices: Sequence[Choices], more: int) -> ChoiceModel:
        """With `more` rising signals, the last of those that `choices` have; the other weights stay as they are.

        There is far less to learn from than for the weights that stay. Learning those anew as well ranks worse:
        macro NDCG@10 of 2013 to 2015 0.461 against 0.464.
        """
        answered = [c.answered() for c in choices]
        mean, scale = _moments(answered)
        p = len(mean) // 2
        new = np.arange(p) >= p - more
        old = np.flatnonzero(np.concatenate([~new, ~new]))
        weights = np.zeros(2 * p)
        mean[old], scale[old], weights[old] = self.mean, self.scale, self.weights
        return ChoiceModel(mean, scale, weights)._learnt(answered, new, new)

    def _learnt(
        self,
        answered: Sequence[Choices],
        learnt: NDArray[np.bool_],
        rising: NDArray[np.bool_],
        declines: Sequence[Declines] = (),
    ) -> ChoiceModel:
        """Starting from these weights, to which the penalty pulls; only those of signals `learnt` move."""
        each = _weights(answered)
        taken = [
            Taken(self.inputs(c.signals), c.taken / c.taken.sum(axis=1, keepdims=True), each[c.territory])
            for c in answered
            if len(c.taken)
        ]
        declined = [
            Declined(self.inputs(d.signals), d.films, d.places, WORTH * each[d.territory])
            for d in declines
            if d.territory in each
        ]
        weights = most_likely(taken, declined, self.weights, np.tile(learnt, 2), np.tile(rising, 2))
        return ChoiceModel(self.mean, self.scale, weights)

    def inputs(self, signals: NDArray[np.float32]) -> NDArray[np.float32]:
        """Raw and standardised signals on the scale of the weights: float32 (q, n, 2 p)."""
        return ((_both(signals) - self.mean.astype(np.float32)) / self.scale.astype(np.float32)).astype(
            np.float32
        )

    def parts(self, signals: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each signal adds to the utility, less the pool's mean: float64 (q, n, p)."""
        each = self.inputs(signals) * self.weights
        p = signals.shape[-1]
        together = each[..., :p] + each[..., p:]
        return np.asarray(together - together.mean(axis=1, keepdims=True), dtype=np.float64)

    def utilities(self, signals: NDArray[np.float32]) -> NDArray[np.float64]:
        """float64 (q, n), with mean 0 in each query."""
        utility = self.inputs(signals) @ self.weights
        return np.asarray(utility - utility.mean(axis=1, keepdims=True), dtype=np.float64)


def _both(signals: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([signals, np.clip(standardised(signals), -CLIP, CLIP)], axis=-1)


def _moments(choices: Sequence[Choices]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    count, total, square = 0, np.float64(0), np.float64(0)
    for block in choices:
        rows = _both(block.signals).reshape(-1, 2 * block.signals.shape[-1])
        count += len(rows)
        total = total + rows.sum(axis=0, dtype=np.float64)
        square = square + np.einsum("ij,ij->j", rows, rows, dtype=np.float64)
    mean = total / count
    return np.asarray(mean), np.sqrt(np.maximum(square / count - mean**2, 0.0)) + 1e-4


def _weights(choices: Sequence[Choices]) -> dict[str, float]:
    """Territory -> the weight of each of its queries."""
    queries: dict[str, int] = {}
    for block in choices:
        queries[block.territory] = queries.get(block.territory, 0) + len(block.taken)
    return {territory: count**-0.5 for territory, count in queries.items() if count}

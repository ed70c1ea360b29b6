"""From utilities to probabilities that can be taken at their word, and their exact additive parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from recommender.ranking.choice import ChoiceModel, Choices

__all__ = ["Calibration", "Probability", "log_odds"]

PRIOR_QUERIES: Final = 50.0
HIGHEST: Final = 0.999


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a pool's utilities become probabilities.

    sharpness: utilities are multiplied by it. buyers: territory -> buyers that a film finds in its pool on
    average, "" for a territory without past queries.
    """

    sharpness: float
    buyers: Mapping[str, float]

    @classmethod
    def fit(cls, model: ChoiceModel, held_out: Sequence[Choices], past: Sequence[Choices]) -> Calibration:
        """sharpness from queries that `model` did not learn from; buyers from all past queries."""
        return cls(_sharpness(model, held_out), _buyers(past))

    def updated(self, past: Sequence[Choices]) -> Calibration:
        """The same sharpness, buyers from `past`."""
        return Calibration(self.sharpness, _buyers(past))


@dataclass(frozen=True, eq=False)
class Probability:
    """The last stage as served: a choice model with its calibration."""

    model: ChoiceModel
    calibration: Calibration

    def of(self, territory: str, signals: NDArray[np.float32]) -> NDArray[np.float64]:
        """float64 (q, n): the probability that each distributor takes each film, given that it is released."""
        if not signals.shape[1]:
            return np.zeros(signals.shape[:2])
        share = _shares(self.model.utilities(signals) * self.calibration.sharpness)
        buyers = self.calibration.buyers.get(territory, self.calibration.buyers[""])
        return np.clip(share * buyers, 1e-9, HIGHEST)

    def parts(self, signals: NDArray[np.float32]) -> NDArray[np.float64]:
        """float64 (q, n, p): what each signal adds to the log-odds, against the pool's mean.

        log_odds(of(...)) less the sum of the parts is the base, which differs within a query as the rivals do.
        Where a film finds one buyer on average it is the log-odds of a distributor that is average in every
        signal against the same rivals; else it also holds the effect of the number of buyers:
        log(b / (r + (1 - b) e)), with b buyers, e = exp(sum of the parts) and r the sum of e over the rivals.
        Where `of` is cut off at its bounds the base holds the cut too.
        """
        return self.model.parts(signals) * self.calibration.sharpness


def log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """log(p / (1 - p)), for 0 < p < 1."""
    return np.asarray(np.log(probability) - np.log1p(-probability))


def _shares(utility: NDArray[np.float64]) -> NDArray[np.float64]:
    power = np.exp(utility - utility.max(axis=1, keepdims=True))
    return np.asarray(power / power.sum(axis=1, keepdims=True))


def _sharpness(model: ChoiceModel, held_out: Sequence[Choices]) -> float:
    """The factor under which the held-out choices are most likely (temperature scaling, Guo et al. 2017)."""
    answered = [(model.utilities(c.signals), c.taken) for c in held_out if c.taken.any()]
    if not answered:
        return 1.0

    def loss(log_factor: float) -> float:
        return -sum(
            float(np.log(np.maximum(_shares(utility * np.exp(log_factor)), 1e-12))[taken].sum())
            for utility, taken in answered
        )

    found = minimize_scalar(loss, bounds=(-1.0, 1.0), method="bounded", options={"xatol": 1e-8})
    return float(np.exp(found.x))


def _buyers(past: Sequence[Choices]) -> dict[str, float]:
    totals: dict[str, tuple[int, int]] = {}
    for block in past:
        found, asked = totals.get(block.territory, (0, 0))
        totals[block.territory] = found + int(block.taken.sum()), asked + len(block.taken)
    everywhere = sum(f for f, _ in totals.values()) / max(sum(a for _, a in totals.values()), 1)
    held = {
        territory: (found + PRIOR_QUERIES * everywhere) / (asked + PRIOR_QUERIES)
        for territory, (found, asked) in totals.items()
    }
    return {"": everywhere, **held}

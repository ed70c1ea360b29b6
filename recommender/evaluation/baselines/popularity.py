"""Who buys most: the same order for every film of a territory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.baselines.tasks import Baseline, Task

__all__ = ["Popularity"]


@dataclass(frozen=True, slots=True)
class Popularity(Baseline):
    """Purchases of each candidate, each counting half as much for every half-life that it is old."""

    half_life_years: float = 1.0

    @property
    def name(self) -> str:
        """Short name for tables and charts."""
        return "popularity"

    def score(self, task: Task) -> NDArray[np.float64]:
        """See Baseline.score."""
        counts = np.bincount(task.buyers, task.recency(self.half_life_years), minlength=len(task.candidates))
        return np.tile(counts, (len(task.asked), 1))

"""Nearest synopses: sentence vectors and FAISS, what one would build in an afternoon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.baselines.neighbours import buyers_of_nearest
from recommender.evaluation.baselines.tasks import Baseline, Task
from recommender.space.index import VectorIndex

__all__ = ["NearestSynopses"]


@dataclass(frozen=True, slots=True)
class NearestSynopses(Baseline):
    """The buyers of the films with the most similar synopses, weighted by similarity and recency.

    half_life_years: None counts old purchases like new ones.
    """

    neighbours: int = 300
    half_life_years: float | None = 2.0

    @property
    def name(self) -> str:
        """Short name for tables and charts."""
        return "nearest synopses" if self.half_life_years else "nearest synopses, all years alike"

    def score(self, task: Task) -> NDArray[np.float64]:
        """See Baseline.score."""
        weights = task.recency(self.half_life_years) if self.half_life_years else np.ones(len(task.films))
        films, bought = task.catalogue(weights)
        described = np.flatnonzero(task.table.synopsis.iloc[films] != "")
        if not len(described):
            return np.tile(np.asarray(bought.sum(axis=0)), (len(task.asked), 1))
        index = VectorIndex.build(task.vectors[films[described]])
        similarity, found = index.search(task.vectors[task.asked], self.neighbours)
        return buyers_of_nearest(similarity, described[found], bought)

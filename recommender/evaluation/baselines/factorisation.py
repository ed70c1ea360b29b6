"""Plain LightFM: what its own examples do with films, tags and distributors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

from recommender.evaluation.baselines.tasks import Baseline, Task
from recommender.evaluation.baselines.words import PLAIN_TAGS, tag_matrices
from recommender.ranking.fit import fit_lightfm

__all__ = ["PlainLightFM"]


@dataclass(frozen=True, slots=True)
class PlainLightFM(Baseline):
    """WARP with an identity for every distributor and genre, country and language tags for the films.

    One model per territory over its candidates. A film has no identity of its own: a new film would bring an
    untrained one. Recent purchases weigh more.
    """

    components: int = 64
    epochs: int = 40
    max_sampled: int = 30
    learning_rate: float = 0.05
    half_life_years: float = 2.0
    seed: int = 1

    @property
    def name(self) -> str:
        """Short name for tables and charts."""
        return "plain LightFM"

    def score(self, task: Task) -> NDArray[np.float64]:
        """See Baseline.score."""
        films, bought = task.catalogue(task.recency(self.half_life_years))
        known, asked = tag_matrices(task.table.iloc[films], task.table.iloc[task.asked], PLAIN_TAGS)
        weights = bought.tocoo()
        interactions = sparse.coo_matrix(
            (np.ones_like(weights.data), (weights.row, weights.col)), weights.shape
        )
        model = fit_lightfm(
            interactions,
            weights,
            normalize(known, norm="l1"),
            sparse.identity(len(task.candidates), dtype=np.float32, format="csr"),
            self.components,
            self.epochs,
            self.max_sampled,
            self.learning_rate,
            self.seed,
        )
        vectors, _ = model.embeddings.users(normalize(asked, norm="l1"))
        return np.asarray(vectors @ model.item_vectors.T + model.item_biases, np.float64)

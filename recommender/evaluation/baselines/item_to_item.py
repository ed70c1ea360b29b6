"""Item-to-item recommenders (the implicit library), made to answer for a film that nobody has bought yet."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender
from implicit.utils import ParameterWarning
from numpy.typing import NDArray
from scipy import sparse

from recommender.evaluation.baselines.tasks import Baseline, Task
from recommender.evaluation.baselines.words import ALL_TAGS, tag_matrices

__all__ = ["ItemToItem"]

KINDS = {"cosine": CosineRecommender, "tf-idf": TFIDFRecommender, "bm25": BM25Recommender}


@dataclass(frozen=True, slots=True)
class ItemToItem(Baseline):
    """Distributors that go with the tags of the film.

    A film is the user; its tags and its buyers are the items. A new film has no buyers, but its tags, and
    the distributors most similar to those tags are recommended.

    kind: how items are weighted before they are compared: cosine, tf-idf or bm25.
    """

    kind: str = "tf-idf"
    half_life_years: float = 2.0

    @property
    def name(self) -> str:
        """Short name for tables and charts."""
        return f"implicit item-to-item, {self.kind}"

    def score(self, task: Task) -> NDArray[np.float64]:
        """See Baseline.score."""
        films, bought = task.catalogue(task.recency(self.half_life_years))
        known, asked = tag_matrices(task.table.iloc[films], task.table.iloc[task.asked], ALL_TAGS)
        rows = sparse.hstack([bought, known], format="csr")
        model: Any = KINDS[self.kind](K=rows.shape[1], num_threads=1)
        with warnings.catch_warnings():
            # implicit weighs into a COO matrix and then warns itself that it is not CSR.
            warnings.simplefilter("ignore", ParameterWarning)
            model.fit(rows, show_progress=False)
        between = model.similarity[len(task.candidates) :, : len(task.candidates)]
        return np.asarray((asked @ between).toarray(), np.float64)

"""RecTools' wrappers of LightFM and of implicit's item-to-item models, through RecTools' own dataset.

RecTools 0.19 asks for older numpy and pandas than the rest of the package on Python 3.11 and 3.12, but runs
with the newer ones: `pip install --no-deps rectools typeguard attrs`. Where it is not installed these
baselines are left out, and the page says so.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from implicit.nearest_neighbours import BM25Recommender
from numpy.typing import NDArray
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import ImplicitItemKNNWrapperModel, LightFMWrapperModel
from scipy import sparse

from recommender.evaluation.baselines.tasks import Baseline, Task
from recommender.evaluation.baselines.words import ALL_TAGS, PLAIN_TAGS, tag_matrices
from recommender.ranking.fit import new_lightfm

__all__ = ["RecToolsItemToItem", "RecToolsLightFM"]


@dataclass(frozen=True, slots=True)
class RecToolsLightFM(Baseline):
    """LightFMWrapperModel: an identity for every film and distributor, plain tags for films."""

    components: int = 64
    epochs: int = 40
    half_life_years: float = 2.0
    seed: int = 1

    @property
    def name(self) -> str:
        """Short name for tables and charts."""
        return "RecTools LightFM"

    def score(self, task: Task) -> NDArray[np.float64]:
        """See Baseline.score."""
        films, bought = task.catalogue(task.recency(self.half_life_years))
        known, asked = tag_matrices(task.table.iloc[films], task.table.iloc[task.asked], PLAIN_TAGS)
        users = np.concatenate([films, task.asked])
        tags = sparse.vstack([known, asked]).tocoo()
        features = pd.DataFrame(
            {"id": users[tags.row], "value": tags.col, "feature": "tag"}
        ).drop_duplicates()
        purchases = _interactions(bought, films)
        data = Dataset.construct(purchases, user_features_df=features, cat_user_features=["tag"])
        model = LightFMWrapperModel(
            new_lightfm(self.components, 30, 0.05, self.seed), self.epochs, num_threads=1
        )
        return _recommend(model, data, task, task.asked, np.ones(len(task.asked), dtype=bool))


@dataclass(frozen=True, slots=True)
class RecToolsItemToItem(Baseline):
    """ImplicitItemKNNWrapperModel over BM25: the item-to-item baseline as RecTools runs it.

    It answers only for users it was fitted with, so that the films asked about are part of the fit with their
    tags, which are known, and without a buyer.
    """

    half_life_years: float = 2.0

    @property
    def name(self) -> str:
        """Short name for tables and charts."""
        return "RecTools item-to-item"

    def score(self, task: Task) -> NDArray[np.float64]:
        """See Baseline.score."""
        films, bought = task.catalogue(task.recency(self.half_life_years))
        known, asked = tag_matrices(task.table.iloc[films], task.table.iloc[task.asked], ALL_TAGS)
        no_buyer = sparse.csr_matrix((len(task.asked), len(task.candidates)))
        users = len(task.table) + np.arange(len(task.asked))
        rows = sparse.vstack([sparse.hstack([bought, known]), sparse.hstack([no_buyer, asked])])
        data = Dataset.construct(_interactions(rows, np.concatenate([films, users])))
        model = ImplicitItemKNNWrapperModel(BM25Recommender(K=rows.shape[1], num_threads=1))
        return _recommend(model, data, task, users, asked.getnnz(axis=1) > 0)


def _interactions(matrix: sparse.csr_matrix, users: NDArray[np.int64]) -> pd.DataFrame:
    """RecTools' table of a (users, items) matrix; its compulsory date is not used by these models."""
    cells = matrix.tocoo()
    return pd.DataFrame(
        {
            Columns.User: users[cells.row],
            Columns.Item: cells.col.astype(np.int64),
            Columns.Weight: cells.data.astype(np.float64),
            Columns.Datetime: pd.Timestamp("2000-01-01"),
        }
    )


def _recommend(
    model: Any, data: Dataset, task: Task, users: NDArray[np.int64], known: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Fit and ask for every candidate; what the model does not list comes last. `users` are sorted."""
    if not known.any():
        return np.zeros((len(users), len(task.candidates)))
    with warnings.catch_warnings():
        # RecTools 0.19 calls pandas in ways that pandas 3 will take away, implicit converts its own matrices.
        warnings.simplefilter("ignore")
        model.fit(data)
        listed = model.recommend(
            users=users[known],
            dataset=data,
            k=len(task.candidates),
            filter_viewed=False,
            items_to_recommend=np.arange(len(task.candidates)),
        )
    scores = np.full((len(users), len(task.candidates)), listed[Columns.Score].min() - 1.0)
    rows = np.searchsorted(users, listed[Columns.User].to_numpy())
    scores[rows, listed[Columns.Item].to_numpy()] = listed[Columns.Score]
    return scores

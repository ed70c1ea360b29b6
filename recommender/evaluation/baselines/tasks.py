"""What every baseline works on: one territory's question and its past deals, as row numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommender.market.purchases import past_purchases
from recommender.market.tables import Market

__all__ = ["Baseline", "Task", "tasks"]

DAYS_A_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Task:
    """One territory's question: the films asked about, its candidates, and the candidates' past purchases.

    asked: (q,) int64 rows of history.films, sorted, each once. candidates: distributor ids, sorted.
    films, buyers: (m,) int64, the film row and the candidate number of each past purchase; age_years: (m,)
    float64, its age when the latest deal of the history was made.
    table, vectors: history.films and their synopsis vectors, (n_films, d) float32.
    """

    territory: str
    table: pd.DataFrame
    vectors: NDArray[np.float32]
    asked: NDArray[np.int64]
    candidates: tuple[str, ...]
    films: NDArray[np.int64]
    buyers: NDArray[np.int64]
    age_years: NDArray[np.float64]

    def recency(self, half_life_years: float) -> NDArray[np.float64]:
        """(m,) weights of the purchases: 1 for the latest, half for every half-life of age."""
        return np.exp2(-self.age_years / half_life_years)

    def catalogue(self, weights: NDArray[np.float64]) -> tuple[NDArray[np.int64], sparse.csr_matrix]:
        """The films bought (f,) as sorted rows, and who bought them (f, candidates), weights summed."""
        films, row = np.unique(self.films, return_inverse=True)
        shape = (len(films), len(self.candidates))
        return films, sparse.csr_matrix((weights, (row, self.buyers)), shape=shape)


class Baseline(ABC):
    """A simple way to rank the distributors of a territory for a film, to compare the product with."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """Short name for tables and charts."""

    @abstractmethod
    def score(self, task: Task) -> NDArray[np.float64]:
        """Scores (asked, candidates) of a task that has at least one past purchase; higher is better."""

    def rank(
        self, history: Market, queries: pd.DataFrame, pool: pd.DataFrame, vectors: NDArray[np.float32]
    ) -> pd.DataFrame:
        """Score every candidate of each query.

        history: all films and distributors, and the deals known when the question is asked.
        queries: film_id, territory (repeated pairs count once). pool: territory, distributor_id.
        vectors: (n_films, d) synopsis vectors in the order of history.films, unit length or zero.

        Returns film_id, territory, distributor_id and score (float64), a row for each candidate of each
        query; a query in a territory without candidates has none. Raises UnknownIdError for a film that is
        not in `history`.
        """
        parts = []
        for task in tasks(history, queries, pool, vectors):
            shape = (len(task.asked), len(task.candidates))
            parts.append(_frame(task, self.score(task) if len(task.films) else np.zeros(shape)))
        empty = pd.DataFrame({"film_id": [], "territory": [], "distributor_id": []}, dtype="str")
        return pd.concat(parts, ignore_index=True) if parts else empty.assign(score=np.empty(0))


def tasks(
    history: Market, queries: pd.DataFrame, pool: pd.DataFrame, vectors: NDArray[np.float32]
) -> Iterator[Task]:
    """The task of each queried territory that has candidates, in order of territory."""
    film_rows = pd.Index(history.films.film_id)
    deals = past_purchases(history.deals)
    latest = history.deals.release_date.max()
    for territory, asked in queries.groupby("territory"):
        candidates = pd.Index(pool.distributor_id[pool.territory == territory]).unique().sort_values()
        if candidates.empty:
            continue
        local = deals[(deals.territory == territory) & deals.distributor_id.isin(candidates)]
        yield Task(
            territory=str(territory),
            table=history.films,
            vectors=vectors,
            asked=np.array(sorted(history.film_ids.row(film) for film in asked.film_id.unique()), np.int64),
            candidates=tuple(candidates),
            films=film_rows.get_indexer(local.film_id),
            buyers=candidates.get_indexer(local.distributor_id),
            age_years=((latest - local.release_date).dt.days / DAYS_A_YEAR).to_numpy(np.float64),
        )


def _frame(task: Task, scores: NDArray[np.float64]) -> pd.DataFrame:
    films = task.table.film_id.to_numpy()[task.asked]
    return pd.DataFrame(
        {
            "film_id": films.repeat(len(task.candidates)),
            "territory": task.territory,
            "distributor_id": np.tile(task.candidates, len(films)),
            "score": np.asarray(scores, np.float64).ravel(),
        }
    ).astype({"film_id": "str", "territory": "str", "distributor_id": "str"})

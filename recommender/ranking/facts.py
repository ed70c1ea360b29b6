"""What can be said of a territory's distributors, counted from their past releases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking.catalogue import Catalogue
from recommender.ranking.taste import film_ages
from recommender.space.vectors import FilmVectors

__all__ = ["COUNTED", "CatalogueFacts"]

COUNTED: Final = (
    "genres",
    "countries",
    "languages",
    "directors",
    "cast",
    "production_companies",
    "sales_agent",
)
TOP_QUARTER: Final = 0.75


@dataclass(frozen=True, eq=False)
class CatalogueFacts:
    """Counts of n distributors' releases.

    labels: field -> float32 csc (m, terms), which terms each release has. releases, recent: int64 (n,), all and
    those of the last two years. ages: int64 (m,), film_age at release.
    described: field -> int64 (n,), releases with any term of the field.
    """

    catalogue: Catalogue
    labels: dict[str, sparse.csc_matrix]
    releases: NDArray[np.int64]
    recent: NDArray[np.int64]
    ages: NDArray[np.int64]
    described: dict[str, NDArray[np.int64]]

    @classmethod
    def of(cls, catalogue: Catalogue, films: FilmVectors) -> CatalogueFacts:
        """films: all films, in the rows that the catalogue's releases name."""
        released = films.take(catalogue.releases.films)
        ones = np.ones(len(catalogue.owners))
        return cls(
            catalogue=catalogue,
            labels={field: released.labels[field].tocsc() for field in COUNTED},
            releases=catalogue.count(ones).astype(np.int64),
            recent=catalogue.count((catalogue.releases.age <= 2.0).astype(np.float64)).astype(np.int64),
            ages=film_ages(catalogue, released),
            described={
                field: catalogue.count((released.labels[field].getnnz(axis=1) > 0).astype(float)).astype(
                    np.int64
                )
                for field in COUNTED
            },
        )

    def having(self, field: str, term: int) -> NDArray[np.int32]:
        """Places of the releases that have a term, sorted."""
        column = self.labels[field]
        return np.sort(column.indices[column.indptr[term] : column.indptr[term + 1]])

    def span(self, distributor: int) -> tuple[int, int]:
        """First place and one past the last place of a distributor's releases."""
        return int(self.starts[distributor]), int(self.starts[distributor + 1])

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """int64 (n + 1,)."""
        return np.searchsorted(self.catalogue.owners, np.arange(len(self.catalogue) + 1))

    @cached_property
    def top(self) -> NDArray[np.bool_]:
        """bool (m,): the release is in the top quarter of its territory and year."""
        return np.nan_to_num(self.catalogue.releases.outcome) >= TOP_QUARTER

    @cached_property
    def rated(self) -> NDArray[np.bool_]:
        """bool (m,): the release's outcome is known."""
        return np.isfinite(self.catalogue.releases.outcome)

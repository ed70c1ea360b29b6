"""What other territories tell: who bought the same or similar films there, and who here buys like them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking.catalogue import Releases

__all__ = ["World"]

TAKEN_HALF_LIFE: Final = 4.0
TOGETHER_HALF_LIFE: Final = 6.0
FEW_FILMS: Final = 3.0
SMALLEST_SHARE: Final = 1e-3


@dataclass(frozen=True, eq=False)
class World:
    """All territories on one day.

    films: int32 (f,), rows of the films released anywhere, sorted. taken: float32 csr (f, all distributors), who
    released each, by recency. together: float32 csc (all distributors, all distributors), the share of the
    row's films that the column, in another territory, released too; held towards 0 for small catalogues.
    """

    films: NDArray[np.int32]
    taken: sparse.csr_matrix
    together: sparse.csc_matrix

    @classmethod
    def of(
        cls, releases: Releases, territories: NDArray[np.str_], films: NDArray[np.int32] | None = None
    ) -> World:
        """territories: (all distributors,), the code of each. films: sorted, by default those released."""
        films = np.unique(releases.films) if films is None else films
        film = np.searchsorted(films, releases.films)
        shape = (len(films), len(territories))

        def taken(half_life: float) -> sparse.csr_matrix:
            weight = releases.recency(half_life).astype(np.float32)
            return sparse.csr_matrix((weight, (film, releases.distributors)), shape=shape)

        by = taken(TOGETHER_HALF_LIFE)
        pairs = (by.T @ by).tocoo()
        abroad = territories[pairs.row] != territories[pairs.col]
        catalogue = np.asarray(by.sum(axis=0)).ravel()
        rows, columns = pairs.row[abroad], pairs.col[abroad]
        share = pairs.data[abroad] / (catalogue[rows] + FEW_FILMS)
        together = sparse.csc_matrix(
            (share.astype(np.float32), (rows, columns)), shape=(len(territories), len(territories))
        )
        return cls(films, taken(TAKEN_HALF_LIFE), together)

    def widened(self, distributors: int) -> World:
        """The same world for `distributors` rows, of which those after the known ones have released nothing."""
        more = distributors - self.together.shape[0]
        together = self.together
        starts = np.concatenate([together.indptr, np.repeat(together.indptr[-1:], more)])
        return World(
            self.films,
            sparse.csr_matrix(
                (self.taken.data, self.taken.indices, self.taken.indptr), (len(self.films), distributors)
            ),
            sparse.csc_matrix((together.data, together.indices, starts), (distributors, distributors)),
        )

    def abroad(self, near: NDArray[np.float32], distributors: NDArray[np.int32]) -> NDArray[np.float32]:
        """Log share of the buyers of similar films elsewhere that `distributors` (n,) buy with: float32 (q, n).

        near: (q, f), the weight of each released film for each film asked about.
        """
        return self._share(near @ self.taken, distributors)

    def elsewhere(self, buyers: sparse.csr_matrix, distributors: NDArray[np.int32]) -> NDArray[np.float32]:
        """The same for the film's own buyers elsewhere, `buyers` (q, all distributors), 1 where known."""
        return self._share(buyers.toarray(), distributors)

    def _share(self, weights: NDArray[np.float32], distributors: NDArray[np.int32]) -> NDArray[np.float32]:
        columns = self.together[:, distributors]
        partners = np.unique(columns.indices)
        reached = weights[:, partners] @ columns[partners]
        total = weights[:, partners].sum(axis=1, keepdims=True) + 1e-9
        return np.asarray(np.log(reached / total + SMALLEST_SHARE), dtype=np.float32)

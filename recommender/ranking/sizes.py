"""How large a release to expect of a film, from how large the films of its people and companies were before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking.catalogue import Releases
from recommender.space.metadata import MetadataSpace
from recommender.space.vectors import FilmVectors

__all__ = ["NameSizes"]

FIELDS: Final = {"directors": 2.0, "cast": 1.0, "production_companies": 1.0}
"""Whose films tell of the size of the next, and how much."""

TYPICAL_RELEASES: Final = 2.0
"""A name is held towards the typical size as if it had so many releases of it."""
TYPICAL_NAMES: Final = 3.0


@dataclass(frozen=True, eq=False)
class NameSizes:
    """typical: mean percentile of all releases, 0..1. sizes, weights: field -> float64 (terms,), the mean percentile
    of each name's releases in all territories, and how much it says: more for many releases and for a rare name."""

    typical: float
    sizes: dict[str, NDArray[np.float64]]
    weights: dict[str, NDArray[np.float64]]

    @classmethod
    def of(cls, releases: Releases, films: FilmVectors, space: MetadataSpace) -> NameSizes:
        """releases: of all territories. films: all films, in the rows that the releases name."""
        known = np.isfinite(releases.size)
        released, film = np.unique(releases.films[known], return_inverse=True)
        size = releases.size[known]
        typical = float(size.mean()) if len(size) else 0.5
        total, count = np.bincount(film, size), np.bincount(film).astype(np.float64)
        sizes, weights = {}, {}
        for field in FIELDS:
            labels: sparse.csr_matrix = films.labels[field][released]
            releases_of = np.asarray(labels.T @ count)
            sizes[field] = (labels.T @ total + TYPICAL_RELEASES * typical) / (releases_of + TYPICAL_RELEASES)
            weights[field] = releases_of / (releases_of + TYPICAL_RELEASES) * space.rarity[field]
        return cls(typical, sizes, weights)

    def expected(self, asked: FilmVectors) -> NDArray[np.float64]:
        """float64 (q,), percentile 0..1, held towards the typical one where little is known of the names."""
        total = np.full(len(asked), TYPICAL_NAMES * self.typical)
        weight = np.full(len(asked), TYPICAL_NAMES)
        for field, counts in FIELDS.items():
            labels = asked.labels[field]
            total += counts * (labels @ (self.sizes[field] * self.weights[field]))
            weight += counts * (labels @ self.weights[field])
        return np.asarray(total / weight)

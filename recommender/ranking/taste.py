"""What the signals need of a territory's catalogues besides similarities, worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking.catalogue import DAYS_A_YEAR, Catalogue
from recommender.ranking.houses import houses
from recommender.ranking.sizes import NameSizes
from recommender.space.metadata import MetadataSpace, normalise_rows
from recommender.space.vectors import FilmVectors

__all__ = [
    "LONG",
    "MIDDLE",
    "NEAR_FIELDS",
    "RECENT",
    "SHARED",
    "SHORT",
    "Taste",
    "film_age",
    "film_ages",
    "unit_labels",
]

Matrix = NDArray[np.float32]

LABEL_PRIOR: Final = 3.0
SHARES: Final = ("genres", "countries", "languages")
SHARED: Final = ("directors", "cast", "production_companies", "sales_agent")
NEAR_FIELDS: Final = ("genres", "countries", "languages", "production_companies")
SHORT, MIDDLE, RECENT, LONG = 0.5, 2.0, 4.0, 8.0
"""Half-lives of recency, years."""

OLDEST: Final = 3
"""Films are told apart by age up to so many years at their release; older ones are rare but for re-releases."""


@dataclass(frozen=True, eq=False)
class Taste:
    """n distributors' habits.

    pace: float64 (3, n), weighted number of releases by SHORT, MIDDLE and LONG half-life. label_odds: field ->
    float32 (terms, n), log of the share of a catalogue over the share of the territory; age_odds: float32
    (OLDEST + 1, n), the same of films by age at release. size, size_spread: float64 (n,), percentile of its
    releases' sizes. centroid: float32 (n, d), mean synopsis, recent ones first. since_last, years_active:
    float64 (n,), years on the territory's clock. past, past_rare: field -> float32 csr (terms, n), how often each
    name was released, by recency, and the same times the name's rarity. labels: field -> float32 (terms, n), the
    releases' cosine rows of labels summed, recent ones first. houses: float32 csr (production companies, n), see
    houses.py.
    """

    catalogue: Catalogue
    pace: NDArray[np.float64]
    since_last: NDArray[np.float64]
    years_active: NDArray[np.float64]
    label_odds: dict[str, Matrix]
    age_odds: Matrix
    size: NDArray[np.float64]
    size_spread: NDArray[np.float64]
    name_sizes: NameSizes
    centroid: Matrix
    rarity: dict[str, NDArray[np.float64]]
    past: dict[str, sparse.csr_matrix]
    past_rare: dict[str, sparse.csr_matrix]
    labels: dict[str, Matrix]
    houses: sparse.csr_matrix

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        films: FilmVectors,
        space: MetadataSpace,
        name_sizes: NameSizes,
        house_names: Sequence[frozenset[str]],
    ) -> Taste:
        """films: all films, in the rows that the catalogue's releases name. house_names: of the n distributors."""
        releases = catalogue.releases
        released = films.take(releases.films)
        recency = {half_life: releases.recency(half_life) for half_life in (SHORT, MIDDLE, LONG)}
        size, spread = _sizes(catalogue)
        last = np.full(len(catalogue), np.inf)
        np.minimum.at(last, catalogue.owners, releases.elapsed)
        first = np.zeros(len(catalogue))
        np.maximum.at(first, catalogue.owners, releases.elapsed)
        owned = catalogue.recent(RECENT)
        centroid = owned.T @ released.synopsis + catalogue.briefs
        owned_long = catalogue.recent(LONG)
        past = {field: (released.labels[field].T @ owned_long).tocsr() for field in SHARED}
        return cls(
            catalogue=catalogue,
            pace=np.stack([catalogue.count(weight) for weight in recency.values()]),
            since_last=np.where(np.isfinite(last), last, 5.0),
            years_active=first,
            label_odds={
                field: _label_odds(catalogue, released.labels[field], recency[LONG]) for field in SHARES
            },
            age_odds=_label_odds(catalogue, _indicators(film_ages(catalogue, released)), recency[LONG]),
            size=size,
            size_spread=spread,
            name_sizes=name_sizes,
            centroid=normalise_rows(np.asarray(centroid, dtype=np.float32)),
            rarity=dict(space.rarity),
            past=past,
            past_rare={field: (sparse.diags(space.rarity[field]) @ past[field]).tocsr() for field in SHARED},
            labels={
                field: (unit_labels(released, field, space).T @ owned).toarray(order="C")
                for field in NEAR_FIELDS
            },
            houses=houses(space.terms["production_companies"], house_names),
        )


def film_age(year: NDArray[np.float64], moment: date) -> NDArray[np.int64]:
    """int64 (n,): whole years from a film's production to `moment`, 0 to OLDEST; -1 where the year is unknown."""
    return _clipped_age(moment.year - year)


def unit_labels(films: FilmVectors, field: str, space: MetadataSpace) -> sparse.csr_matrix:
    """float32 csr (n, terms): a film's terms of one field by their rarity, in rows of length 1, or 0."""
    labels = films.labels[field]
    row = np.repeat(np.arange(len(films)), np.diff(labels.indptr))
    weighted = labels.data * space.rarity[field][labels.indices]
    length = np.sqrt(np.bincount(row, weighted**2, minlength=len(films)))
    data = (weighted / np.where(length > 0, length, 1.0)[row]).astype(np.float32)
    return sparse.csr_matrix((data, labels.indices, labels.indptr), shape=labels.shape)


def film_ages(catalogue: Catalogue, released: FilmVectors) -> NDArray[np.int64]:
    """int64 (m,): `film_age` of each released film on the day of its release."""
    days = pd.to_timedelta(np.round(catalogue.releases.age * DAYS_A_YEAR), unit="D")
    return _clipped_age((pd.Timestamp(catalogue.moment) - days).year.to_numpy(np.float64) - released.year)


def _clipped_age(years: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.where(np.isfinite(years), np.clip(np.nan_to_num(years), 0, OLDEST), -1).astype(np.int64)


def _indicators(ages: NDArray[np.int64]) -> sparse.csr_matrix:
    """float32 csr (m, OLDEST + 1): 1 in the column of each known age."""
    known = np.flatnonzero(ages >= 0)
    ones = np.ones(len(known), dtype=np.float32)
    return sparse.csr_matrix((ones, (known, ages[known])), shape=(len(ages), OLDEST + 1))


def _label_odds(catalogue: Catalogue, labels: sparse.csr_matrix, weights: NDArray[np.float64]) -> Matrix:
    """log(share of the catalogue / share of the territory), float32 (terms, n), held towards 0."""
    described = np.asarray(labels.sum(axis=1)).ravel() > 0
    owned = catalogue.owned(weights)
    count = np.asarray((labels.T @ owned).toarray(), dtype=np.float64)
    total = owned.T @ described.astype(np.float64)
    market = (count.sum(axis=1) + 0.5) / (total.sum() + 1.0)
    share = (count + LABEL_PRIOR * market[:, None]) / (total + LABEL_PRIOR)
    # By rows, as a product with a film's few labels reads them: scipy copies what is stored by columns each time.
    return np.ascontiguousarray(np.log(share / market[:, None]), dtype=np.float32)


def _sizes(catalogue: Catalogue) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and spread of the sizes of each distributor's releases, held towards the territory's."""
    size = catalogue.releases.size
    known = np.isfinite(size).astype(np.float64)
    filled = np.nan_to_num(size)
    count = catalogue.count(known)
    typical = filled.sum() / max(known.sum(), 1.0) if known.any() else 0.5
    mean = (catalogue.count(filled) + typical) / (count + 1.0)
    square = (catalogue.count(filled**2) + typical**2 + 0.04) / (count + 1.0)
    return mean, np.sqrt(np.maximum(square - mean**2, 0.0) * 0.7 + 0.15**2 * 0.3)

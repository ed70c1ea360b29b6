"""Past-success signals of (film, distributor) pairs, from what a distributor had released by a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking.catalogue import Catalogue
from recommender.space.metadata import MetadataSpace, normalise_rows
from recommender.space.vectors import FilmVectors, Similarity

__all__ = ["Taste", "pair_signals", "rising"]

Matrix = NDArray[np.float32]

PRIOR_DEALS: Final = 0.1
"""What a distributor without a deal is taken to have released: a smoothed prior, so that nobody is at zero."""
PRIOR_SHARE: Final = 1e-3
NEIGHBOUR_DEALS: Final = 0.5
LABEL_PRIOR: Final = 3.0
HISTORY_PRIOR: Final = 2.0
SUCCESS_PRIOR: Final = 1.0
SHARES: Final = ("genres", "countries", "languages")
SHARED: Final = ("directors", "cast", "production_companies", "sales_agent")
SHORT, MIDDLE, LONG = 0.5, 2.0, 8.0
"""Half-lives of recency, years."""


EITHER_WAY: Final = ("pace_", "since_", "years_", "size_together")
"""How signals begin that may speak for or against a distributor; any other only for it when it is high."""


def rising(names: Sequence[str]) -> NDArray[np.bool_]:
    """bool (p,): which signals cannot count against a distributor for being high."""
    return np.array([not (name == "size" or name.startswith(EITHER_WAY)) for name in names])


@dataclass(frozen=True, eq=False)
class Taste:
    """What signals need of a catalogue besides similarities, worked out once.

    pace: float64 (3, n), weighted number of releases by SHORT, MIDDLE and LONG half-life. label_odds: field ->
    float32 (terms, n), log of the share of a catalogue over the share of the territory. size, size_spread:
    float64 (n,), percentile of its releases' sizes. centroid: float32 (n, d), mean synopsis, recent ones first.
    since_last, years_active: float64 (n,), years. past, past_rare: field -> float32 csr (terms, n), how often
    each name was released, by recency, and the same times the name's rarity.
    """

    catalogue: Catalogue
    pace: NDArray[np.float64]
    since_last: NDArray[np.float64]
    years_active: NDArray[np.float64]
    label_odds: dict[str, Matrix]
    size: NDArray[np.float64]
    size_spread: NDArray[np.float64]
    centroid: Matrix
    rarity: dict[str, NDArray[np.float64]]
    past: dict[str, sparse.csr_matrix]
    past_rare: dict[str, sparse.csr_matrix]

    @classmethod
    def of(cls, catalogue: Catalogue, films: FilmVectors, space: MetadataSpace) -> Taste:
        """films: all films, in the rows that the catalogue's releases name."""
        releases = catalogue.releases
        released = films.take(releases.films)
        recency = {half_life: releases.recency(half_life) for half_life in (SHORT, MIDDLE, LONG)}
        size, spread = _sizes(catalogue)
        last = np.full(len(catalogue), np.inf)
        np.minimum.at(last, catalogue.owners, releases.age)
        first = np.zeros(len(catalogue))
        np.maximum.at(first, catalogue.owners, releases.age)
        owned = catalogue.owned(releases.recency(4.0))
        centroid = owned.T @ released.synopsis + catalogue.briefs
        owned_long = catalogue.owned(recency[LONG])
        past = {field: (released.labels[field].T @ owned_long).tocsr() for field in SHARED}
        return cls(
            catalogue=catalogue,
            pace=np.stack([catalogue.count(weight) for weight in recency.values()]),
            since_last=np.where(np.isfinite(last), last, 5.0),
            years_active=first,
            label_odds={
                field: _label_odds(catalogue, released.labels[field], recency[LONG]) for field in SHARES
            },
            size=size,
            size_spread=spread,
            centroid=normalise_rows(np.asarray(centroid, dtype=np.float32)),
            rarity=dict(space.rarity),
            past=past,
            past_rare={field: (sparse.diags(space.rarity[field]) @ past[field]).tocsr() for field in SHARED},
        )


def pair_signals(asked: FilmVectors, near: Similarity, taste: Taste) -> dict[str, Matrix]:
    """Each signal as float32 (q, n) for q films and the n distributors of the catalogue.

    near: the films' similarities with the catalogue's releases, (q, m) in the catalogue's order.
    """
    return {
        **_activity(len(asked), taste),
        **_likeness(asked, near, taste),
        **_labels(asked, taste),
        **_shared(asked, taste),
        **_size_and_success(near, taste),
    }


def _activity(films: int, taste: Taste) -> dict[str, Matrix]:
    columns = {
        "pace_short": np.log(taste.pace[0] + PRIOR_DEALS),
        "pace_middle": np.log(taste.pace[1] + PRIOR_DEALS),
        "pace_long": np.log(taste.pace[2] + PRIOR_DEALS),
        "since_last": np.log(taste.since_last + 0.05),
        "years_active": np.log(taste.years_active + 0.1),
    }
    return {
        name: np.broadcast_to(column.astype(np.float32), (films, len(column)))
        for name, column in columns.items()
    }


def _likeness(asked: FilmVectors, near: Similarity, taste: Taste) -> dict[str, Matrix]:
    catalogue = taste.catalogue
    signals: dict[str, Matrix] = {}
    mixed4 = near.mixed**4
    kernels = {
        "mixed": (mixed4, (MIDDLE, LONG)),
        "closest": (mixed4 * mixed4, (MIDDLE,)),
        "metadata": (near.metadata**2, (LONG,)),
    }
    for name, (kernel, half_lives) in kernels.items():
        typical = kernel.mean(axis=1, keepdims=True) + 1e-9 if kernel.size else np.ones((len(kernel), 1))
        for half_life in half_lives:
            total = kernel @ catalogue.owned(catalogue.releases.recency(half_life))
            share = total / (total.sum(axis=1, keepdims=True) + 1e-9)
            pace = taste.pace[1 if half_life == MIDDLE else 2]
            expected = (pace + NEIGHBOUR_DEALS) * typical
            signals[f"near_{name}_{half_life:g}"] = np.log(share + PRIOR_SHARE)
            signals[f"lift_{name}_{half_life:g}"] = np.log((total + NEIGHBOUR_DEALS * typical) / expected)
    recent = np.sqrt(catalogue.releases.recency(4.0)).astype(np.float32)
    briefs = np.maximum(asked.synopsis @ catalogue.briefs.T, 0.0)
    signals["nearest_synopsis"] = np.maximum(catalogue.best(near.synopsis), briefs)
    signals["nearest_metadata"] = catalogue.best(near.metadata)
    signals["nearest_recent"] = catalogue.best(near.mixed * recent)
    signals["catalogue_synopsis"] = asked.synopsis @ taste.centroid.T
    return {name: np.asarray(values, dtype=np.float32) for name, values in signals.items()}


def _labels(asked: FilmVectors, taste: Taste) -> dict[str, Matrix]:
    signals = {}
    for field, odds in taste.label_odds.items():
        labels = asked.labels[field]
        signals[f"share_{field}"] = _row_means(labels, odds)
        signals[f"share_rare_{field}"] = _row_means(labels @ sparse.diags(taste.rarity[field]), odds)
    return signals


def _row_means(weights: sparse.csr_matrix, odds: Matrix) -> Matrix:
    total = np.asarray(weights.sum(axis=1))
    return np.asarray((weights @ odds) / np.where(total > 0, total, 1.0), dtype=np.float32)


def _shared(asked: FilmVectors, taste: Taste) -> dict[str, Matrix]:
    """How often a distributor released the film's people and companies before, and their share of it."""
    signals = {}
    for field in SHARED:
        times = (asked.labels[field] @ taste.past[field]).toarray()
        signals[f"times_{field}"] = np.log1p(times)
        rare = (asked.labels[field] @ taste.past_rare[field]).toarray()
        signals[f"part_{field}"] = rare / (rare.sum(axis=1, keepdims=True) + HISTORY_PRIOR)
    return {name: values.astype(np.float32) for name, values in signals.items()}


def _size_and_success(near: Similarity, taste: Taste) -> dict[str, Matrix]:
    catalogue = taste.catalogue
    releases = catalogue.releases
    kernel = near.mixed**4
    known = np.isfinite(releases.size)
    weight = kernel[:, known]
    # The film's size: that of the releases most like it, held towards the middle.
    expected = (weight @ releases.size[known] + 0.5 * 0.01) / (weight.sum(axis=1) + 0.01)
    gap = (expected[:, None] - taste.size) / taste.size_spread
    outcome = np.nan_to_num(releases.outcome - 0.5)
    rated = np.isfinite(releases.outcome).astype(np.float64)
    likeness = kernel / (kernel.mean(axis=1, keepdims=True) + 1e-9) if kernel.size else kernel
    success = (likeness @ catalogue.owned(outcome)) / (likeness @ catalogue.owned(rated) + SUCCESS_PRIOR)
    signals = {
        "size": np.broadcast_to(taste.size, gap.shape),
        "size_gap": -(gap**2),
        "size_together": (expected[:, None] - 0.5) * (taste.size - 0.5),
        "success": success,
    }
    return {name: np.asarray(values, dtype=np.float32) for name, values in signals.items()}


def _label_odds(catalogue: Catalogue, labels: sparse.csr_matrix, weights: NDArray[np.float64]) -> Matrix:
    """log(share of the catalogue / share of the territory), float32 (terms, n), held towards 0."""
    described = np.asarray(labels.sum(axis=1)).ravel() > 0
    owned = catalogue.owned(weights)
    count = np.asarray((labels.T @ owned).toarray(), dtype=np.float64)
    total = owned.T @ described.astype(np.float64)
    market = (count.sum(axis=1) + 0.5) / (total.sum() + 1.0)
    share = (count + LABEL_PRIOR * market[:, None]) / (total + LABEL_PRIOR)
    return np.asarray(np.log(share / market[:, None]), dtype=np.float32)


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

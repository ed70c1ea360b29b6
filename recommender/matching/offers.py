"""Which films may be suggested to a distributor, and of many those that are nearest to its tastes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.matching.known import Known
from recommender.space.vectors import taste_vectors

__all__ = ["OFFERED_YEARS", "nearest", "on_offer"]

OFFERED_YEARS: Final = 2
"""Films of the last years count as on offer where it is not said which are."""


def on_offer(
    known: Known,
    territory: str,
    since: date | None,
    hidden: frozenset[str],
    among: frozenset[str] | None,
    beside: Collection[str],
) -> NDArray[np.int64]:
    """Rows of the films that may be suggested, sorted. beside: deals that sell none of them."""
    rows = known.film_ids.rows(known.film_ids if among is None else among)
    offered = np.zeros(len(known.records.film_ids), dtype=np.bool_)
    offered[rows[rows >= 0]] = True
    not_shown = known.film_ids.rows(hidden)
    offered[not_shown[not_shown >= 0]] = False
    if since is not None or among is None:
        year = since.year if since else known.model.state.moment.year - OFFERED_YEARS
        offered &= known.records.years >= year
    return np.flatnonzero(offered & ~known.records.sold(territory, beside))


def nearest(
    known: Known, rows: NDArray[np.int64], territory: str, place: int, most: int
) -> NDArray[np.int64]:
    """Those of the rows that are nearest to the distributor's tastes, at most `most`, sorted."""
    if len(rows) <= most:
        return rows
    scores, found = known.index.search(_tastes(known, territory, place), len(known.index))
    best = np.full(len(known.records.film_ids), -np.inf)
    np.maximum.at(best, found.ravel(), scores.ravel())
    return np.sort(rows[np.argsort(-best[rows], kind="stable")[:most]])


def _tastes(known: Known, territory: str, place: int) -> NDArray[np.float32]:
    state = known.shown.state
    catalogue = state.taste(territory).catalogue
    mine = np.flatnonzero(catalogue.owners == place)
    if not len(mine):
        brief = np.zeros((1, known.index.dimension), dtype=np.float32)
        brief[0, : catalogue.briefs.shape[1]] = catalogue.briefs[place]
        return brief
    releases = catalogue.releases.take(mine)
    weights = releases.recency(4.0) * (0.75 + 0.5 * np.nan_to_num(releases.outcome, nan=0.5))
    return taste_vectors(state.films.vectors.take(releases.films).joint(state.space.metadata), weights)

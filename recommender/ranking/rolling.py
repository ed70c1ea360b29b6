"""Past years asked as if they were today: what the last stage learns from.

Each window's first stage, catalogues and counts come from deals before the window alone, so that the last
stage sees them as they will be when it is asked about the future. Only the vocabulary of metadata terms, their
rarity and the topics (FilmSpace) are those of the end of the history, so that one set of film vectors serves
all windows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommender.market.purchases import earlier_deals, queries
from recommender.market.tables import Market
from recommender.ranking.choice import Choices, Declines
from recommender.ranking.declines import declined_in
from recommender.ranking.state import Asked, DayState, FilmSpace

__all__ = ["WINDOWS", "Offer", "Window", "asked_in", "offers", "rolling_windows", "window_starts"]

WINDOWS: Final = 5
"""Years to learn from; 7 gain 0.0009 macro NDCG@10 on 2013 to 2015 and cost 40 % more fits."""

YEARS_BEFORE: Final = 2.0
"""A territory is asked about once it has deals of so many years: without, everybody looks new."""


@dataclass(frozen=True, eq=False)
class Offer:
    """The queries of one territory in a window.

    films: int64 (q,), rows of the market's films, sorted. buyers: csr (q, all distributors), who took each.
    earlier: csr (q, all distributors), who had released it in other territories before.
    """

    territory: str
    films: NDArray[np.int64]
    buyers: sparse.csr_matrix
    earlier: sparse.csr_matrix


@dataclass(frozen=True, eq=False)
class Window:
    """One past year: all queries without knowledge of other territories, those with it, and who passed on what.

    private: queries of private deals, without knowledge of other territories. They are in none of the others: weights
    are learnt from them, and no figure is.
    """

    start: date
    cold: tuple[Choices, ...]
    earlier: tuple[Choices, ...]
    declined: tuple[Declines, ...] = ()
    private: tuple[Choices, ...] = ()


def window_starts(until: date) -> tuple[date, ...]:
    """The first day of each of the WINDOWS years before `until`, oldest first."""
    day = pd.Timestamp(until)
    return tuple((day - pd.DateOffset(years=years)).date() for years in range(WINDOWS, 0, -1))


def offers(market: Market, start: date, end: date, territories: Sequence[str] = ()) -> list[Offer]:
    """What was asked in [start, end), by territory. Looks at the deals of `market` up to `end`."""
    asked = queries(market, start, end, territories)
    known = earlier_deals(market, asked, start)
    result = []
    for territory, truth in asked.groupby("territory", sort=True):
        films = np.unique(market.film_ids.rows(truth["film_id"])).astype(np.int64)
        here = known[known["asked_territory"] == territory]
        result.append(Offer(str(territory), films, _pairs(market, films, truth), _pairs(market, films, here)))
    return result


def _pairs(market: Market, films: NDArray[np.int64], deals: pd.DataFrame) -> sparse.csr_matrix:
    rows = np.searchsorted(films, market.film_ids.rows(deals["film_id"]))
    columns = market.distributor_ids.rows(deals["distributor_id"])
    shape = (len(films), len(market.distributors))
    entries = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
    entries.data[:] = 1.0
    return entries


def asked_in(state: DayState, films: Asked, offer: Offer) -> tuple[Choices, Choices | None]:
    """An offer's choices among the eligible on the day of `state`: cold, and with earlier deals where known."""
    asked = films.take(offer.films)
    known = np.flatnonzero(offer.earlier.getnnz(axis=1))
    cold = state.signals(asked, offer.territory)
    taken = offer.buyers[:, cold.distributors].toarray() > 0
    if not len(known):
        return Choices(offer.territory, cold.values, taken, cold.names), None
    with_earlier = state.signals(asked.take(known), offer.territory, offer.earlier[known])
    return (
        Choices(offer.territory, cold.values, taken, cold.names),
        Choices(offer.territory, with_earlier.values, taken[known], with_earlier.names),
    )


def rolling_windows(
    history: Market,
    until: date,
    space: FilmSpace,
    films: Asked,
    briefs: NDArray[np.float32],
    seeds: Sequence[int],
    on_epoch: Callable[[], object] | None = None,
) -> list[Window]:
    """The years before `until`, each asked of a market that ends at its start. history: the market before `until`."""
    windows = []
    told, hidden = history.told(), history.hidden()
    starts = window_starts(until)
    for start, end in zip(starts, (*starts[1:], until), strict=True):
        ready = _territories_ready(told, start)
        asked = [offer for offer in offers(told, start, end) if offer.territory in ready]
        if not asked:
            continue
        state = DayState.of(told, start, space, films, briefs, seeds=seeds, on_epoch=on_epoch)
        answered = [
            asked_in(state, films, offer) for offer in asked if len(state.taste(offer.territory).catalogue)
        ]
        private = (
            asked_in(state, films, offer)[0]
            for offer in offers(hidden, start, end)
            if offer.territory in ready and len(state.taste(offer.territory).catalogue)
        )
        declined = (declined_in(history, state, films, cold, start, end) for cold, _ in answered)
        windows.append(
            Window(
                start,
                tuple(c for c, _ in answered),
                tuple(e for _, e in answered if e is not None),
                tuple(d for d in declined if d is not None),
                tuple(private),
            )
        )
    return windows


def _territories_ready(history: Market, start: date) -> set[str]:
    oldest = history.deals.groupby("territory")["release_date"].min()
    since = pd.Timestamp(start) - pd.DateOffset(days=round(YEARS_BEFORE * 365.25))
    return set(oldest.index[oldest <= since])

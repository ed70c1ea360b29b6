"""The names, dates and deals of a market as plain arrays, for a few look-ups (a frame's take 100 times longer)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommender.market.domain import Comparable
from recommender.market.ids import IdMap
from recommender.market.tables import Market

__all__ = ["Records"]


@dataclass(frozen=True, eq=False)
class Records:
    """Columns of the three tables by row; text and dates as Python objects.

    all_names: (distributors,), tuples of name and aliases. deal_ids: (deals,).
    film_of, distributor_of: int32 (deals,), the rows of a deal's film and distributor. released_on: (deals,) dates,
    None until known. private: bool (deals,), which deals nothing may tell of. holds: bool (deals,), which deals
    are still in force: a deal goes with its film or its distributor.
    """

    film_ids: NDArray[Any]
    titles: NDArray[Any]
    years: NDArray[np.float64]
    distributor_ids: NDArray[Any]
    names: NDArray[Any]
    all_names: NDArray[Any]
    territories: NDArray[Any]
    deal_ids: NDArray[Any]
    film_of: NDArray[np.int32]
    distributor_of: NDArray[np.int32]
    released_on: NDArray[Any]
    private: NDArray[np.bool_]
    holds: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        market: Market,
        gone_films: Iterable[str] = (),
        gone_distributors: Iterable[str] = (),
        gone_deals: Iterable[str] = (),
    ) -> Records:
        """The records of a market, of which some rows are no more."""
        films, distributors, deals = market.films, market.distributors, market.deals
        film_of = market.film_ids.rows(deals["film_id"].to_numpy(dtype=object))
        distributor_of = market.distributor_ids.rows(deals["distributor_id"].to_numpy(dtype=object))
        gone = (film_of < 0) | (distributor_of < 0)
        gone |= deals["deal_id"].isin(set(gone_deals)).to_numpy(dtype=np.bool_)
        gone |= np.isin(film_of, market.film_ids.rows(gone_films))
        gone |= np.isin(distributor_of, market.distributor_ids.rows(gone_distributors))
        return cls(
            film_ids=films["film_id"].to_numpy(dtype=object),
            titles=films["title"].to_numpy(dtype=object),
            years=films["year"].to_numpy(dtype=np.float64),
            distributor_ids=distributors["distributor_id"].to_numpy(dtype=object),
            names=distributors["name"].to_numpy(dtype=object),
            all_names=_all_names(distributors),
            territories=distributors["territory"].to_numpy(dtype=object),
            deal_ids=deals["deal_id"].to_numpy(dtype=object),
            film_of=film_of,
            distributor_of=distributor_of,
            released_on=deals["release_date"].to_numpy().astype("datetime64[D]").astype(object),
            private=deals["private"].to_numpy(dtype=np.bool_),
            holds=~gone,
        )

    @cached_property
    def buyers(self) -> sparse.csr_matrix:
        """float32 csr (films, distributors), 1 where a distributor has a deal for a film that may be told of."""
        deals = self.holds & ~self.private
        shape = (len(self.film_ids), len(self.distributor_ids))
        ones = np.ones(int(deals.sum()), dtype=np.float32)
        pairs = sparse.csr_matrix((ones, (self.film_of[deals], self.distributor_of[deals])), shape=shape)
        pairs.data[:] = 1.0
        return pairs

    def sold(self, territory: str, beside: Collection[str] = ()) -> NDArray[np.bool_]:
        """bool (films,): which films have a deal in the territory, other than those `beside` the question."""
        films = np.zeros(len(self.film_ids), dtype=np.bool_)
        here = self.holds & (self.territories == territory)[self.distributor_of]
        films[self.film_of[here & self._selling(beside)]] = True
        return films

    def sale(self, film: int, territory: str, beside: Collection[str] = ()) -> int | None:
        """A deal of the film in the territory, a public one where there is one, but none of those `beside`."""
        deals = np.flatnonzero((self.film_of == film) & self.holds & self._selling(beside))
        here = deals[self.territories[self.distributor_of[deals]] == territory]
        return int(here[np.argsort(self.private[here], kind="stable")][0]) if len(here) else None

    def released(self, deal: int) -> date:
        """The day of a past deal's release."""
        day: date = self.released_on[deal]
        return day

    def comparable(self, deal: int, similarity: float, outcome: float) -> Comparable:
        """A past deal as a comparable; `outcome` is NaN where unknown."""
        film, distributor = self.film_of[deal], self.distributor_of[deal]
        year = self.years[film]
        return Comparable(
            film_id=self.film_ids[film],
            title=self.titles[film],
            year=int(year) if np.isfinite(year) else None,
            distributor_id=self.distributor_ids[distributor],
            territory=self.territories[distributor],
            release_date=self.released(deal),
            similarity=similarity,
            outcome_percentile=None if np.isnan(outcome) else outcome,
        )

    @cached_property
    def _deals(self) -> IdMap:
        return IdMap.from_ids(self.deal_ids, "deal")

    def _selling(self, beside: Collection[str]) -> NDArray[np.bool_]:
        selling = np.ones(len(self.deal_ids), dtype=np.bool_)
        if beside:
            rows = self._deals.rows(beside)
            selling[rows[rows >= 0]] = False
        return selling


def _all_names(distributors: pd.DataFrame) -> NDArray[Any]:
    result = np.empty(len(distributors), dtype=object)
    result[:] = [(n, *also) for n, also in zip(distributors["name"], distributors["aliases"], strict=True)]
    return result

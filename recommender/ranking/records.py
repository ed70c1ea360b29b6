"""The market's names and dates as plain arrays, for a few look-ups at a time (a frame's take 100 times longer)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.market.domain import Comparable
from recommender.market.tables import Market

__all__ = ["Records"]


@dataclass(frozen=True, eq=False)
class Records:
    """Columns of the three tables by row; text and dates as Python objects.

    film_of, distributor_of: int32 (deals,), the rows of a deal's film and distributor. released_on: (deals,) dates.
    """

    film_ids: NDArray[Any]
    titles: NDArray[Any]
    years: NDArray[np.float64]
    distributor_ids: NDArray[Any]
    names: NDArray[Any]
    territories: NDArray[Any]
    film_of: NDArray[np.int32]
    distributor_of: NDArray[np.int32]
    released_on: NDArray[Any]

    @classmethod
    def of(cls, market: Market) -> Records:
        """The records of a market."""
        films, distributors, deals = market.films, market.distributors, market.deals
        return cls(
            film_ids=films["film_id"].to_numpy(dtype=object),
            titles=films["title"].to_numpy(dtype=object),
            years=films["year"].to_numpy(dtype=np.float64),
            distributor_ids=distributors["distributor_id"].to_numpy(dtype=object),
            names=distributors["name"].to_numpy(dtype=object),
            territories=distributors["territory"].to_numpy(dtype=object),
            film_of=market.film_ids.rows(deals["film_id"]),
            distributor_of=market.distributor_ids.rows(deals["distributor_id"]),
            released_on=deals["release_date"].to_numpy().astype("datetime64[D]").astype(object),
        )

    def released(self, deal: int) -> date:
        """The day of a deal's release."""
        day: date = self.released_on[deal]
        return day

    def comparable(self, deal: int, similarity: float, outcome: float) -> Comparable:
        """A deal as a comparable; `outcome` is NaN where unknown."""
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

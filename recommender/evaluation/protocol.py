"""What is asked, of whom and when: the folds, queries and candidate pools by which rankings are measured.

A system learns from `market.before(fold.start)` and is asked about the deals of [start, end): a film is
offered in a territory; which of the independent distributors of that territory takes it?
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from recommender.market.columns import INDEPENDENT
from recommender.market.purchases import queries
from recommender.market.tables import Market

__all__ = ["Fold", "folds", "independent_pool", "yearly_fold"]

DEVELOPMENT_YEARS: Final = (2016, 2017, 2018)
LATER_YEARS: Final = (2020, 2021)


@dataclass(frozen=True, slots=True)
class Fold:
    """Learn from everything before `start`, be asked about [start, end) outside the `excluded` territories.

    later: not to choose on; reported once, when everything is decided.
    """

    start: date
    end: date
    excluded: tuple[str, ...] = ()
    later: bool = False

    @property
    def name(self) -> str:
        """Short name for tables: the year, or both dates where it is not a calendar year."""
        whole_year = self.end == date(self.start.year + 1, 1, 1) and (self.start.month, self.start.day) == (
            1,
            1,
        )
        return str(self.start.year) if whole_year else f"{self.start}..{self.end}"

    def queries(self, market: Market) -> pd.DataFrame:
        """The fold's queries; see `queries`."""
        asked = queries(market, self.start, self.end)
        return asked[~asked.territory.isin(self.excluded)].reset_index(drop=True)


def yearly_fold(year: int, excluded: tuple[str, ...] = (), later: bool = False) -> Fold:
    """The fold that asks about the deals of one calendar year."""
    return Fold(date(year, 1, 1), date(year + 1, 1, 1), excluded, later)


def folds() -> tuple[Fold, ...]:
    """The folds of the protocol, oldest first: three to develop on, two without the US to report once."""
    development = tuple(yearly_fold(year) for year in DEVELOPMENT_YEARS)
    return development + tuple(yearly_fold(year, ("US",), later=True) for year in LATER_YEARS)


def independent_pool(history: Market, start: date, years: int = 3) -> pd.DataFrame:
    """The candidates at `start`: independent distributors with a deal in the `years` before it.

    Returns territory and distributor_id, sorted by both.
    """
    deals = history.deals
    since = pd.Timestamp(start) - pd.DateOffset(years=years)
    recent = (deals.release_date >= since) & (deals.release_date < pd.Timestamp(start))
    active = set(deals.distributor_id[recent])
    companies = history.distributors
    chosen = companies[(companies.kind == INDEPENDENT) & companies.distributor_id.isin(active)]
    return chosen[["territory", "distributor_id"]].sort_values(
        ["territory", "distributor_id"], ignore_index=True
    )

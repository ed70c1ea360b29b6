"""What a territory's distributors had released by a day, as arrays in one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommender.market.eligibility import DistributorFacts, EligibilityQuery, EligibilityRules
from recommender.market.purchases import past_purchases
from recommender.market.tables import Market

__all__ = ["HISTORY_YEARS", "Catalogue", "Releases", "market_time"]

HISTORY_YEARS: Final = 20.0
DAYS_A_YEAR: Final = 365.25

SILENCE: Final = 0.25
LONG_GAPS: Final = 10.0
"""A territory without a release for SILENCE years, and for LONG_GAPS times its usual gap between two days of release,
is one whose register is silent, not one where nothing is bought."""


@dataclass(frozen=True, eq=False)
class Releases:
    """Every purchase of the last HISTORY_YEARS years before a day, in all territories, by date and deal_id.

    A film that a distributor released more than once counts from the first time. deals: int64 (m,), rows of the
    market's deals. films, distributors: int32 (m,), rows of the market's tables. territories: (m,) codes.
    age: float64 (m,), years since the release. elapsed: float64 (m,), the same on the territory's own clock, see
    `market_time`. outcome, size: float64 (m,), percentile 0..1 among the releases of
    the territory and calendar year, NaN where unknown; by admissions or else gross, and by screens or else outcome.
    """

    films: NDArray[np.int32]
    distributors: NDArray[np.int32]
    territories: NDArray[np.str_]
    age: NDArray[np.float64]
    elapsed: NDArray[np.float64]
    outcome: NDArray[np.float64]
    size: NDArray[np.float64]
    deals: NDArray[np.int64]

    @classmethod
    def before(cls, market: Market, moment: date) -> Releases:
        """From the deals of `market` released before `moment`; no later deal is looked at."""
        age = (pd.Timestamp(moment) - market.deals["release_date"]).dt.days / DAYS_A_YEAR
        kept = past_purchases(market.deals[(age > 0) & (age <= HISTORY_YEARS)])
        kept = kept.sort_values(["release_date", "deal_id"]).drop_duplicates(["film_id", "distributor_id"])
        outcome = _percentile(kept, kept["admissions"]).fillna(_percentile(kept, kept["gross"]))
        size = _percentile(kept, kept["screens"]).fillna(outcome)
        territories = kept["territory"].to_numpy(dtype=np.str_)
        ages = age[kept.index].to_numpy(np.float64)
        return cls(
            films=market.film_ids.rows(kept["film_id"]).astype(np.int32),
            distributors=market.distributor_ids.rows(kept["distributor_id"]).astype(np.int32),
            territories=territories,
            age=ages,
            elapsed=market_time(ages, territories),
            outcome=outcome.to_numpy(np.float64),
            size=size.to_numpy(np.float64),
            deals=kept.index.to_numpy(np.int64),
        )

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.integer]) -> Releases:
        """These releases only."""
        return Releases(
            self.films[chosen],
            self.distributors[chosen],
            self.territories[chosen],
            self.age[chosen],
            self.elapsed[chosen],
            self.outcome[chosen],
            self.size[chosen],
            self.deals[chosen],
        )

    def recency(self, half_life_years: float) -> NDArray[np.float64]:
        """float64 (m,): 1 for a release of today, halved for every half-life of time elapsed in its territory."""
        return np.exp2(-self.elapsed / half_life_years)

    def __len__(self) -> int:
        return len(self.films)


def market_time(age: NDArray[np.float64], territories: NDArray[np.str_]) -> NDArray[np.float64]:
    """float64 (m,): years since each release, on a clock that stood still while its territory's register was silent.

    A gap between two releases counts in full as far as the longest that is no silence. Without, a register with a
    hole makes everybody before it look retired: macro NDCG@10 of Brazil, France and Korea from 2013 to 2015, after
    a hole of 2.5 years that ended a month before, 0.397 by the calendar and 0.422 by this. A silence that lasts up to
    today may be the end of the register: until a release ends it, it counts as the calendar does.
    """
    elapsed = np.empty(len(age))
    for territory in np.unique(territories):
        here = territories == territory
        days = np.unique(age[here])
        gaps = np.diff(days)
        longest = max(SILENCE, LONG_GAPS * float(np.median(gaps))) if len(gaps) else 0.0
        clock = days[0] + np.concatenate(([0.0], np.cumsum(np.minimum(gaps, longest))))
        elapsed[here] = clock[np.searchsorted(days, age[here])]
    return elapsed


def _percentile(deals: pd.DataFrame, values: pd.Series) -> pd.Series:
    groups = [deals["territory"], deals["release_date"].dt.year]
    rank = values.groupby(groups).rank()
    count = values.groupby(groups).transform("count")
    # The middle of the rank's step: a single release is a median one, not the best of its year.
    return (rank - 0.5) / count.where(count > 0)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """One territory on one day, `moment`: who may be asked and what each has released there.

    distributors: int32 (n,), rows of the market's distributors. releases: those of the n distributors, sorted
    by owner. owners: int32 (m,), 0..n-1. everyone: all releases of the territory, majors' too.
    briefs: float32 (n, d), the vector of each brief, zero where there is none.
    """

    territory: str
    moment: date
    distributors: NDArray[np.int32]
    releases: Releases
    owners: NDArray[np.int32]
    everyone: Releases
    briefs: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        facts: DistributorFacts,
        releases: Releases,
        territory: str,
        moment: date,
        briefs: NDArray[np.float32],
    ) -> Catalogue:
        """The territory's eligible distributors on `moment`. briefs: float32 (all distributors, d).

        Raises QueryError when no distributor works there.
        """
        local = facts.of_territory(territory)
        eligible = EligibilityRules().apply(local, EligibilityQuery(territory, moment)).mask
        rows = local.rows[eligible]
        everyone = releases.take(releases.territories == territory)
        place = np.full(len(facts), -1, dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        owners = place[everyone.distributors]
        order = np.argsort(owners, kind="stable")
        order = order[owners[order] >= 0]
        return cls(territory, moment, rows, everyone.take(order), owners[order], everyone, briefs[rows])

    def __len__(self) -> int:
        return len(self.distributors)

    def owned(self, weights: NDArray[np.float64]) -> sparse.csr_matrix:
        """float32 (m, n): the weight of each release in the column of its owner."""
        shape = (len(self.owners), len(self))
        entries = (weights.astype(np.float32), (np.arange(len(self.owners)), self.owners))
        return sparse.csr_matrix(entries, shape=shape)

    def recent(self, half_life_years: float) -> sparse.csr_matrix:
        """`owned`, weighted by recency. Kept: every question needs the same few."""
        kept = self._recent.get(half_life_years)
        if kept is None:
            kept = self._recent[half_life_years] = self.owned(self.releases.recency(half_life_years))
        return kept

    @cached_property
    def rated(self) -> sparse.csr_matrix:
        """`owned`, 1 for a release whose outcome is known and 0 for another."""
        return self.owned(np.isfinite(self.releases.outcome).astype(np.float64))

    @cached_property
    def better(self) -> sparse.csr_matrix:
        """`owned`, by how far a release's outcome lies above the median one, 0 where it is unknown."""
        return self.owned(np.nan_to_num(self.releases.outcome - 0.5))

    @cached_property
    def _recent(self) -> dict[float, sparse.csr_matrix]:
        return {}

    def count(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64 (n,): the weights of each distributor's releases summed."""
        return np.bincount(self.owners, weights, minlength=len(self)).astype(np.float64)

    def best(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 (q, n): each distributor's highest of `values` (q, m); 0 where it has no release."""
        result = np.zeros((len(values), len(self)), dtype=np.float32)
        if len(self.owners):
            result[:, self._with_releases] = np.maximum.reduceat(values, self._starts, axis=1)
        return result

    @cached_property
    def _with_releases(self) -> NDArray[np.int32]:
        return np.unique(self.owners)

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.owners, self._with_releases)

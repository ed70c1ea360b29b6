"""Hard rules: who may be asked about a film in a territory, and why the others may not.

Everything looks only at deals released before the query's date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.errors import QueryError
from recommender.market.columns import INDEPENDENT
from recommender.market.domain import Deal, Denied
from recommender.market.tables import Market
from recommender.market.territories import territory_code

__all__ = [
    "ACTIVE_YEARS",
    "NOT_TO_ASK",
    "DistributorFacts",
    "Eligibility",
    "EligibilityQuery",
    "EligibilityRules",
    "Rule",
    "sold_reason",
]

ACTIVE_YEARS: Final = 5.0
"""A distributor without a deal in this many years is held to be inactive."""

NOT_TO_ASK: Final = Denied("not_to_ask", "is on the list of distributors not to ask")

_DAYS_PER_YEAR: Final = 365.25
_SPAN: Final = 1 << 20
_NEVER: Final = np.iinfo(np.int32).min
_EPOCH: Final = date(1970, 1, 1)


class Rule(IntEnum):
    """The rules, in the order in which the first failing one is named."""

    TERRITORY = 0
    """It works in the territory."""
    INDEPENDENT = 1
    """It is independent: majors and exhibitors are not asked."""
    ACTIVE = 2
    """It has a deal in the territory within the last `active_years` years, or none so far but a brief. Private
    deals do not count: that somebody may be asked is seen by all."""
    UNSOLD = 3
    """The film has no deal in the territory yet."""
    WELCOME = 4
    """Nobody has ruled it out."""


@dataclass(frozen=True, slots=True)
class EligibilityQuery:
    """A film offered in a territory on a day.

    known_deals: all deals of the film that are known, of any date and territory. no_go: distributor ids
    that are not to be asked.
    """

    territory: str
    as_of: date
    known_deals: tuple[Deal, ...] = ()
    no_go: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class DistributorFacts:
    """What the rules look at, for n distributors. Build it once with `from_market` or `of`.

    rows: int32 (n,), row in the market's distributors. ids, territories, kinds: n texts each. names: n companies'
    names and aliases.
    has_brief: bool (n,). deal_keys: int64, sorted; one for each public deal, place * 2**20 + 2**19 + days since
    1970, so that one search finds each distributor's last deal before any day.
    """

    rows: NDArray[np.int32]
    ids: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    territories: NDArray[np.str_]
    kinds: NDArray[np.str_]
    has_brief: NDArray[np.bool_]
    deal_keys: NDArray[np.int64]

    @classmethod
    def from_market(cls, market: Market) -> DistributorFacts:
        """The facts of every distributor of a market, in the order of its table."""
        deals = market.deals[~market.deals["private"]]
        places = market.distributor_ids.rows(deals["distributor_id"].to_numpy(dtype=object))
        return cls.of(market.distributors, places, deals["release_date"].to_numpy().astype("datetime64[D]"))

    @classmethod
    def of(
        cls, table: pd.DataFrame, places: NDArray[np.integer], days: NDArray[np.datetime64]
    ) -> DistributorFacts:
        """The facts of every row of a distributors table. places, days: (deals,), whose each is and when it came."""
        keys = places.astype(np.int64) * _SPAN + _SPAN // 2 + days.astype("datetime64[D]").astype(np.int64)
        return cls(
            rows=np.arange(len(table), dtype=np.int32),
            ids=tuple(table["distributor_id"].to_numpy(dtype=object)),
            names=tuple((name, *also) for name, also in zip(table["name"], table["aliases"], strict=True)),
            territories=table["territory"].to_numpy(dtype=np.str_),
            kinds=table["kind"].to_numpy(dtype=np.str_),
            has_brief=(table["brief"] != "").to_numpy(dtype=bool),
            deal_keys=np.sort(keys),
        )

    def of_territory(self, territory: str) -> DistributorFacts:
        """The facts of one territory's distributors, in the same order.

        Raises QueryError when the code is unknown or no distributor works there.
        """
        places = np.flatnonzero(self.territories == territory_code(territory))
        if not len(places):
            there = f"Territories with distributors: {', '.join(np.unique(self.territories)) or 'none'}."
            raise QueryError(f"no distributor of {territory} is in the data. {there}")
        new_place = np.full(len(self), -1, dtype=np.int64)
        new_place[places] = np.arange(len(places))
        owners = new_place[self.deal_keys // _SPAN]
        keys = (owners * _SPAN + self.deal_keys % _SPAN)[owners >= 0]
        return DistributorFacts(
            self.rows[places],
            tuple(self.ids[place] for place in places),
            tuple(self.names[place] for place in places),
            self.territories[places],
            self.kinds[places],
            self.has_brief[places],
            keys,
        )

    def last_deal_days(self, as_of: date) -> NDArray[np.int32]:
        """Day of each distributor's last deal before `as_of`, in days since 1970, int32 (n,).

        The smallest int32 where there is none.
        """
        places = np.arange(len(self), dtype=np.int64)
        first_key = places * _SPAN
        wanted = first_key + _SPAN // 2 + (as_of - _EPOCH).days
        found = np.searchsorted(self.deal_keys, wanted, side="left")
        keys = np.concatenate([[-1], self.deal_keys])[found]
        return np.where(keys >= first_key, keys - first_key - _SPAN // 2, _NEVER).astype(np.int32)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class EligibilityRules:
    """The rules of this module with their one number."""

    active_years: float = ACTIVE_YEARS

    def apply(self, facts: DistributorFacts, query: EligibilityQuery) -> Eligibility:
        """Who of `facts` may be asked. Raises QueryError on an unknown territory code."""
        territory = territory_code(query.territory)
        last = facts.last_deal_days(query.as_of)
        oldest = (query.as_of - _EPOCH).days - self.active_years * _DAYS_PER_YEAR
        active = np.where(last == _NEVER, facts.has_brief, last >= oldest)
        sold = _sold(query)
        failing = np.zeros((len(Rule), len(facts)), dtype=np.bool_)
        failing[Rule.TERRITORY] = facts.territories != territory
        failing[Rule.INDEPENDENT] = facts.kinds != INDEPENDENT
        failing[Rule.ACTIVE] = ~active
        failing[Rule.UNSOLD] = sold is not None
        if query.no_go:
            failing[Rule.WELCOME] = [value in query.no_go for value in facts.ids]
        mask: NDArray[np.bool_] = np.logical_not(failing.any(axis=0))
        return Eligibility(mask, failing, last, facts, query, sold, self.active_years)


def _sold(query: EligibilityQuery) -> Deal | None:
    here = (deal for deal in query.known_deals if deal.territory == query.territory)
    # A public one first: it is what may be told.
    return next(
        iter(sorted((d for d in here if d.release_date < query.as_of), key=lambda d: d.private)), None
    )


def sold_reason(
    territory: str, buyer: tuple[str, str], day: date | None, as_of: date, private: bool
) -> Denied:
    """Why nobody there is asked about a film that was sold. buyer: id and name. day: its release, None until known."""
    if private:
        text = f"the film is not available in {territory}"
        return Denied("film_unavailable", text, {"territory": territory})
    distributor_id, name = buyer
    facts = {"territory": territory, "buyer": name or distributor_id}
    if day is None:
        return Denied("film_sold", f"the film is sold in {territory} to {distributor_id}", facts)
    facts["day"] = day.isoformat()
    if day < as_of:
        text = f"the film was released in {territory} on {day} by {distributor_id}"
        return Denied("film_released", text, facts)
    text = f"the film is sold in {territory} to {distributor_id}, to be released on {day}"
    return Denied("film_sold_for", text, facts)


@dataclass(frozen=True, eq=False)
class Eligibility:
    """Who may be asked: mask, bool (n,), in the order of the facts; and why the others may not.

    failing: bool (number of rules, n), see Rule. last_deals: int32 (n,), see
    DistributorFacts.last_deal_days.
    """

    mask: NDArray[np.bool_]
    failing: NDArray[np.bool_]
    last_deals: NDArray[np.int32]
    facts: DistributorFacts
    query: EligibilityQuery
    sold: Deal | None
    active_years: float

    @cached_property
    def reasons(self) -> tuple[str | None, ...]:
        """The first failing rule of each distributor in plain words, None where it may be asked (n)."""
        first = self.failing.argmax(axis=0)
        return tuple(
            None if ok else self._reason(place, Rule(first[place])) for place, ok in enumerate(self.mask)
        )

    def _reason(self, place: int, rule: Rule) -> str:
        territory = self.query.territory
        if rule == Rule.TERRITORY:
            return f"works in {self.facts.territories[place]}, not in {territory}"
        if rule == Rule.INDEPENDENT:
            kind = str(self.facts.kinds[place]).replace("_", " ")
            return f"is not an independent distributor ({kind})"
        if rule == Rule.ACTIVE:
            return self._inactive(int(self.last_deals[place]))
        if rule == Rule.UNSOLD and self.sold is not None:
            sold = self.sold
            buyer = (sold.distributor_id, "")
            return str(sold_reason(territory, buyer, sold.release_date, self.query.as_of, sold.private))
        return NOT_TO_ASK.text

    def _inactive(self, last_day: int) -> str:
        if last_day == _NEVER:
            return f"has no deal in {self.query.territory} before {self.query.as_of} and no brief"
        last = _EPOCH + timedelta(days=last_day)
        years = f"{self.active_years:g} years"
        return f"has had no deal in {self.query.territory} for {years} (the last on {last})"

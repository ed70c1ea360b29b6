"""What a meeting is worth to each side and to both.

Expected deals of seller s with buyer b: the sum, over the films of s that are not sold yet in b's territories, of
the probability that b's company takes them. Each side compares that with what else it can have at the event:

    own value of s = deals(s, b) * (0.5 + outlook of b)  / mean over the event's buyers
    own value of b = deals(s, b)                         / mean over the event's sellers

so 1 is an average partner, for a newcomer as for a major company: nobody is worth little because all of its
chances are small. The outlook is how b's past releases did against their territory and year (the median, 0..1,
0.5 where nothing is known). A want or a must adds 1 to the own value of who wishes; what was before the event
(met, in business, competitors, interested or not, no-shows) multiplies own values, see `history`. What is not
known at all (a company that the bundle does not rank, a line-up without films) counts as average. The joint value
is the harmonic mean of the two, as in RECON (Pizzato, Rej, Chung, Koprinska and Kay, "RECON: a reciprocal
recommender for online dating", RecSys 2010): a meeting that only one side gains from is worth little.

The films to talk about: first those of the line-up whose probability is at least half that of the likeliest of them,
in the order of the line-up, so that what a seller pushes comes first wherever it has a chance; then the likeliest of
the others. Films sold in the buyer's territories are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.market.tables import Market
from recommender.meetings.domain import Event, Meeting, Values
from recommender.meetings.history import History
from recommender.ranking.catalogue import Releases

__all__ = ["Background", "Chances", "Profile", "Scores", "reciprocal"]

WISHED: Final = ("must", "want")
WANTED: Final = 1.0
"""What a wish adds to the own value of who wishes: as much as an average partner."""

FILMS: Final = 5
"""Films to talk about in a meeting, at most."""
PUSHED: Final = 0.5
"""Share of the likeliest film's probability from which the order of the line-up decides."""


class Chances(Protocol):
    """Whatever knows probabilities; a Matcher does."""

    def probabilities(
        self, film_ids: Sequence[str], territory: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """The n distributors that may be asked in a territory, and float64 (films, n)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A company in one territory. outlook: 0..1, how its releases did; 0.5 where nothing is known."""

    distributor_id: str
    territory: str
    outlook: float = 0.5


@dataclass(frozen=True, eq=False)
class Background:
    """What is known of those who may come to an event. profiles: company -> its territories."""

    profiles: Mapping[str, tuple[Profile, ...]]
    films: frozenset[str]

    @classmethod
    def of(cls, market: Market) -> Background:
        """Every distributor of a market as a company of its own; outlooks are of deals that anybody may know."""
        public = market.deals[~market.deals["private"]].reset_index(drop=True)
        after = market.deals["release_date"].max() + pd.Timedelta(days=1)
        releases = Releases.before(Market(market.films, market.distributors, public), after.date())
        outcome = pd.Series(releases.outcome).groupby(releases.distributors).median().fillna(0.5)
        table = market.distributors
        rows = zip(table.index, table["distributor_id"], table["territory"], strict=True)
        profiles = {key: (Profile(key, code, float(outcome.get(row, 0.5))),) for row, key, code in rows}
        return cls(profiles, frozenset(market.films["film_id"]))


def reciprocal(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The harmonic mean, 0 where either is 0."""
    total = one + other
    return np.divide(2 * one * other, total, out=np.zeros_like(total), where=total > 0)


@dataclass(frozen=True, eq=False)
class Scores:
    """Expected deals of every seller with every buyer.

    deals, outlooks: float64 (sellers, buyers), deals NaN where nothing is known, and (buyers,). chances: float64
    (films, buyers). films: line-up of each seller as rows of chances. unknown_sellers, unknown_buyers: who
    counts as average.
    """

    event: Event
    sellers: Mapping[str, int]
    buyers: Mapping[str, int]
    film_ids: tuple[str, ...]
    films: tuple[NDArray[np.int64], ...]
    chances: NDArray[np.float64]
    outlooks: NDArray[np.float64]
    deals: NDArray[np.float64]

    @classmethod
    def of(
        cls, event: Event, lineups: Mapping[str, Sequence[str]], known: Background, chances: Chances
    ) -> Scores:
        """Films that are not known are left out of the line-ups.

        Raises what `chances` raises.
        """
        sellers, buyers = (_numbers(event, side) for side in ("seller", "buyer"))
        wanted = [[film for film in lineups.get(seller, ()) if film in known.films] for seller in sellers]
        film_ids = tuple(sorted({film for films in wanted for film in films}))
        row = {film: number for number, film in enumerate(film_ids)}
        films = tuple(np.array([row[film] for film in each], dtype=np.int64) for each in wanted)
        companies = {p.participant_id: p.company_id for p in event.participants if p.side == "buyer"}
        profiles = [known.profiles.get(companies[buyer], ()) for buyer in buyers]
        table = _chances(film_ids, profiles, chances)
        deals = np.stack(
            [table[each].sum(axis=0) if len(each) else np.full(len(buyers), np.nan) for each in films]
        )
        return cls(event, sellers, buyers, film_ids, films, table, _outlooks(profiles), deals)

    @property
    def unknown_sellers(self) -> tuple[str, ...]:
        """Sellers without a known film, who count as average."""
        return tuple(name for name, number in self.sellers.items() if not len(self.films[number]))

    @property
    def unknown_buyers(self) -> tuple[str, ...]:
        """Buyers whose company is not ranked, who count as average."""
        return tuple(name for name, number in self.buyers.items() if np.isnan(self.chances[:, number]).any())

    def values(self) -> Values:
        """The values of all pairs that are worth something."""
        own_seller = _relative(self.deals * (0.5 + self.outlooks), axis=1)
        own_buyer = _relative(self.deals, axis=0)
        wishes = {(wish.participant_id, wish.other_id) for wish in self.event.wishes if wish.kind in WISHED}
        for one, other in wishes:
            own = own_seller if one in self.sellers else own_buyer
            own[self._place(one, other)] += WANTED
        History.of(self.event).apply(own_seller, own_buyer, self.sellers, self.buyers)
        joint = reciprocal(own_seller, own_buyer)
        rows, columns = np.nonzero(joint > 0)
        return Values(
            np.array(list(self.sellers), dtype=object)[rows],
            np.array(list(self.buyers), dtype=object)[columns],
            joint[rows, columns],
            own_seller[rows, columns],
            own_buyer[rows, columns],
        )

    def films_for(self, meeting: Meeting) -> tuple[str, ...]:
        """The films to talk about: those worth pushing in the order of the line-up, then the likeliest."""
        films = self.films[self.sellers[meeting.seller_id]]
        chance = self.chances[films, self.buyers[meeting.buyer_id]]
        pushed = ~(chance < PUSHED * chance.max(initial=0.0))
        order = np.argsort(np.where(pushed, -np.inf, -chance), kind="stable")
        open_ = order[~(chance[order] <= 0)][:FILMS]
        return tuple(self.film_ids[film] for film in films[open_])

    def _place(self, one: str, other: str) -> tuple[int, int]:
        seller, buyer = (one, other) if one in self.sellers else (other, one)
        return self.sellers[seller], self.buyers[buyer]


def _numbers(event: Event, side: str) -> dict[str, int]:
    ids = (person.participant_id for person in event.participants if person.side == side)
    return {name: number for number, name in enumerate(ids)}


def _chances(
    film_ids: Sequence[str], profiles: Sequence[tuple[Profile, ...]], chances: Chances
) -> NDArray[np.float64]:
    """float64 (films, buyers), summed over a company's territories; NaN for a company ranked in none of them."""
    if not film_ids:
        return np.empty((0, len(profiles)))
    found: dict[str, NDArray[np.float64]] = {}
    for territory in sorted({profile.territory for each in profiles for profile in each}):
        ids, table = chances.probabilities(film_ids, territory)
        found |= zip(ids, table.T, strict=True)
    columns = [[found[p.distributor_id] for p in each if p.distributor_id in found] for each in profiles]
    unknown = np.full(len(film_ids), np.nan)
    return np.stack([np.sum(own, axis=0) if own else unknown for own in columns], axis=1)


def _outlooks(profiles: Iterable[tuple[Profile, ...]]) -> NDArray[np.float64]:
    """float64 (buyers,), the mean of a company's territories."""
    return np.array([np.mean([profile.outlook for profile in each]) if each else 0.5 for each in profiles])


def _relative(gains: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Gains by the mean of what is known along an axis; 1 where a gain is not known."""
    known = ~np.isnan(gains)
    mean = np.where(known, gains, 0.0).sum(axis, keepdims=True) / np.maximum(
        known.sum(axis, keepdims=True), 1
    )
    share = np.divide(gains, mean, out=np.zeros_like(gains), where=known & (mean > 0))
    return np.where(known, share, 1.0)

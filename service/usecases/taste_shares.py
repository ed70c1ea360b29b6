"""What a distributor takes, in shares, against what everybody in its territory takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from service.clock import today
from service.domain.catalogue import DistributorProfile
from service.domain.deals import Released
from service.security.actor import Actor
from service.store.repositories.deals import DealFilter
from service.store.repositories.films import Traits
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.distributors import own_profile

__all__ = ["QUARTERS", "Share", "TasteShares", "shares_of", "taste_shares"]

YEARS: Final = 10
"""Calendar years that are counted, up to the latest with a release."""

MOST: Final = 8
QUARTERS: Final = 4
OTHER: Final = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many releases have something, and which share of all that is, here and in the market, 0..1."""

    name: str
    count: int
    mine: float
    market: float


@dataclass(frozen=True, slots=True)
class TasteShares:
    """releases: own ones of the years first..last. genres, countries: the commonest own ones; a release counts for
    each that it has. sizes: by quarters of the territory's year, "1" the smallest, by screens, admissions or gross;
    sized: how many own releases have one. years: (year, genre, releases), genre OTHER for the rest.
    """

    releases: int
    first: int
    last: int
    genres: tuple[Share, ...]
    countries: tuple[Share, ...]
    sizes: tuple[Share, ...]
    sized: int
    years: tuple[tuple[int, str, int], ...]


def taste_shares(uow: UnitOfWorkFactory, actor: Actor, distributor_id: str) -> TasteShares:
    """Of public releases in its territory and its own. Raises NotFound."""
    with uow() as tx:
        return shares_of(tx, own_profile(tx, actor, distributor_id))


def shares_of(tx: UnitOfWork, profile: DistributorProfile) -> TasteShares:
    """The same inside a unit of work, of a profile that may be seen."""
    where = DealFilter(territory=profile.territory, seen_by={profile.company_id}, released_to=today())
    latest = tx.deals.last_release(where)
    last = latest.year if latest else today().year
    first = last - YEARS + 1
    market = tx.deals.releases(replace(where, released_from=date(first, 1, 1)))
    own = [release for release in market if release.distributor_id == profile.distributor_id]
    traits = tx.films.traits({release.film_id for release in market})
    genres = _shares(own, market, {film_id: one.genres for film_id, one in traits.items()})
    quarters = _quarters(market, profile.distributor_id)
    sized = [quarters[release.deal_id] for release in own if release.deal_id in quarters]
    return TasteShares(
        releases=len(own),
        first=first,
        last=last,
        genres=genres,
        countries=_shares(own, market, {film_id: one.countries for film_id, one in traits.items()}),
        sizes=_size_shares(sized, list(quarters.values())),
        sized=len(sized),
        years=_years(own, traits, [share.name for share in genres[:4]]),
    )


def _shares(
    own: Sequence[Released], market: Sequence[Released], values: dict[str, tuple[str, ...]]
) -> tuple[Share, ...]:
    mine, theirs = _counted(own, values), _counted(market, values)
    described, everyone = _described(own, values), _described(market, values)
    common = sorted(mine.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    return tuple(Share(name, count, count / described, theirs[name] / everyone) for name, count in common)


def _counted(releases: Iterable[Released], values: dict[str, tuple[str, ...]]) -> Counter[str]:
    return Counter(value for one in releases for value in set(values.get(one.film_id, ())))


def _described(releases: Iterable[Released], values: dict[str, tuple[str, ...]]) -> int:
    return sum(bool(values.get(one.film_id)) for one in releases)


def _quarters(market: Sequence[Released], distributor_id: str) -> dict[str, int]:
    """1..4 for each release whose size is known, among those of its territory and year.

    Figures of others count where they are public.
    """
    by_year: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for one in market:
        if one.size is not None and (one.distributor_id == distributor_id or one.outcome_public):
            by_year[one.on.year].append((one.size, one.deal_id))
    return {
        deal_id: 1 + place * QUARTERS // len(sizes)
        for sizes in by_year.values()
        for place, (_, deal_id) in enumerate(sorted(sizes))
    }


def _size_shares(mine: Sequence[int], market: Sequence[int]) -> tuple[Share, ...]:
    if not mine:
        return ()
    return tuple(
        Share(
            str(quarter),
            mine.count(quarter),
            mine.count(quarter) / len(mine),
            market.count(quarter) / len(market),
        )
        for quarter in range(1, QUARTERS + 1)
    )


def _years(
    own: Sequence[Released], traits: dict[str, Traits], named: Sequence[str]
) -> tuple[tuple[int, str, int], ...]:
    """Each release once, under its first genre that is among the common ones."""
    counts: Counter[tuple[int, str]] = Counter()
    for one in own:
        genres = traits[one.film_id].genres if one.film_id in traits else ()
        counts[one.on.year, next((genre for genre in named if genre in genres), OTHER)] += 1
    return tuple((year, genre, count) for (year, genre), count in sorted(counts.items()))

"""What the system believes about a distributor: what it was told, what it learnt, and what it makes of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from recommender.errors import QueryError, UnknownIdError
from service.domain.catalogue import DistributorProfile
from service.matchers import InForce
from service.security.actor import Actor
from service.usecases.distributors import own_profile
from service.usecases.matching import Desk
from service.usecases.own_catalogue import Release, names_of, releases_of
from service.usecases.taste_shares import TasteShares, shares_of

__all__ = ["Beliefs", "Knowledge", "Told", "Usual", "beliefs_about"]

MOST: Final = 6


class Knowledge(StrEnum):
    """How a deal counts. learnt: the bundle in force learnt from it. taken_up: known, and learnt from next time.

    waiting: not taken up yet.
    """

    LEARNT = "learnt"
    TAKEN_UP = "taken_up"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Told:
    """A deal of the distributor, and how it counts."""

    release: Release
    knowledge: Knowledge


@dataclass(frozen=True, slots=True)
class Usual:
    """Somebody whose films it took several times."""

    name: str
    releases: int


@dataclass(frozen=True, slots=True)
class Beliefs:
    """not_asked: why films are not suggested, "" where they are. people, companies, agents: those with two releases
    or more. trained_at: when the bundle in force was made; until: from deals before this day.
    """

    profile: DistributorProfile
    not_asked: str
    deals: tuple[Told, ...]
    shares: TasteShares
    people: tuple[Usual, ...]
    companies: tuple[Usual, ...]
    agents: tuple[Usual, ...]
    trained_at: datetime
    until: date

    @property
    def last_release(self) -> date | None:
        """The latest day of a release that is known."""
        return max(
            (told.release.deal.release_date for told in self.deals if told.release.deal.release_date),
            default=None,
        )


def beliefs_about(desk: Desk, actor: Actor, distributor_id: str) -> Beliefs:
    """Of one profile, for its own company. Raises NotFound."""
    in_force = desk.matchers.current()
    with desk.uow() as tx:
        profile = own_profile(tx, actor, distributor_id)
        releases = releases_of(tx, profile)
        shares = shares_of(tx, profile)
    return Beliefs(
        profile=profile,
        not_asked=_not_asked(in_force, distributor_id),
        deals=tuple(Told(release, _knowledge(in_force, release)) for release in releases),
        shares=shares,
        people=_usual(releases, ("directors", "cast")),
        companies=_usual(releases, ("production_companies",)),
        agents=_usual(releases, ("sales_agent",)),
        trained_at=in_force.trained_at,
        until=in_force.overlay.until,
    )


def _not_asked(in_force: InForce, distributor_id: str) -> str:
    try:
        in_force.matcher.rank_films(distributor_id, among=frozenset())
    except UnknownIdError:
        return "the profile is new; it is taken up in a few seconds"
    except QueryError as error:
        return str(error)
    return ""


def _knowledge(in_force: InForce, release: Release) -> Knowledge:
    overlay, deal_id = in_force.overlay, release.deal.deal_id
    if deal_id in overlay.learnt:
        return Knowledge.LEARNT
    is_known = release.deal.film_id in overlay.films and release.deal.distributor_id in overlay.distributors
    return Knowledge.TAKEN_UP if is_known and deal_id not in overlay.waiting.deals else Knowledge.WAITING


def _usual(releases: Sequence[Release], roles: Sequence[str]) -> tuple[Usual, ...]:
    counts = Counter(
        name for release in releases for name in {name for role in roles for name in names_of(release, role)}
    )
    several = [(name, count) for name, count in counts.items() if count > 1]
    return tuple(
        Usual(name, count) for name, count in sorted(several, key=lambda each: (-each[1], each[0]))[:MOST]
    )

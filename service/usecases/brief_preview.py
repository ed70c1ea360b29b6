"""How suggestions would change with another brief or other limits, and whether a changed one is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from recommender.market.domain import Denied
from service.clock import now
from service.domain.catalogue import DistributorProfile
from service.domain.words import ChangeKind, MediaRight
from service.errors import Unavailable
from service.matchers import InForce
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork
from service.usecases.distributors import changed_profile, own_profile
from service.usecases.eligibility import suggestion_denials
from service.usecases.matching import Desk
from service.usecases.suggestions import SuggestionRequest, for_buyer, offers_to, ranked_of

__all__ = ["Moved", "Place", "Preview", "is_taken_up", "preview_brief"]

SHOWN: Final = 12
"""The first of both lists are compared."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a film stands: rank from 1 on, and its probability."""

    rank: int
    probability: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A film before and after; None where it is not suggested. why_not: what keeps it out now, None for nothing."""

    film_id: str
    title: str
    before: Place | None
    after: Place | None
    why_not: Denied | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """films: those among the first of either list, by their place afterwards, then those that are gone.

    before, after: how many films are suggested at all.
    """

    films: tuple[Moved, ...]
    before: int
    after: int

    @property
    def is_same(self) -> bool:
        """Whether nothing would change."""
        return self.before == self.after and all(film.before == film.after for film in self.films)


def preview_brief(
    desk: Desk,
    actor: Actor,
    distributor_id: str,
    changes: Mapping[str, Any],
    media_right: MediaRight = MediaRight.THEATRICAL,
) -> Preview:
    """What `update_distributor` with these changes would do to the suggestions; nothing is stored.

    Raises NotFound; Unavailable while the profile itself is being taken up.
    """
    in_force = desk.matchers.current()
    request = SuggestionRequest(distributor_id, media_right, k=SHOWN)
    with desk.uow() as tx:
        profile = own_profile(tx, actor, distributor_id)
        wanted = changed_profile(profile, changes)
        offers = frozenset(offers_to(tx, profile))
        in_force = for_buyer(tx, in_force, profile, media_right)
        before = ranked_of(tx, in_force, profile, request, offers, desk.settings)
        after = ranked_of(tx, _as_if(in_force, profile, wanted), wanted, request, offers, desk.settings)
        films = _moved(tx, wanted, before, after, desk, media_right)
    return Preview(films, len(before), len(after))


def is_taken_up(desk: Desk, actor: Actor, distributor_id: str) -> bool:
    """Whether the matcher in force here knows the profile as it is stored. Raises NotFound."""
    in_force = desk.matchers.current()
    with desk.uow() as tx:
        own_profile(tx, actor, distributor_id)
        pending = any(
            change.kind is ChangeKind.DISTRIBUTOR and change.object_id == distributor_id
            for change in tx.changes.since(in_force.revision)
        )
    return not pending and distributor_id not in in_force.overlay.waiting.distributors


def _as_if(in_force: InForce, profile: DistributorProfile, wanted: DistributorProfile) -> InForce:
    """Limits are kept when suggestions are made; only what the matcher itself knows makes another matcher."""
    if wanted.distributor == profile.distributor:
        return in_force
    if profile.distributor_id not in in_force.overlay.distributors:
        raise Unavailable("this distributor is being taken up")
    return replace(in_force, matcher=in_force.matcher.with_profile(wanted.distributor))


def _moved(
    tx: UnitOfWork,
    wanted: DistributorProfile,
    before: Sequence[tuple[str, float]],
    after: Sequence[tuple[str, float]],
    desk: Desk,
    media_right: MediaRight,
) -> tuple[Moved, ...]:
    was, will = _places(before), _places(after)
    first = [film_id for film_id, _ in after[:SHOWN]]
    gone = [film_id for film_id, _ in before[:SHOWN] if film_id not in first]
    films = tx.films.find([*first, *gone])
    denied = suggestion_denials(tx, wanted, list(films.values()), media_right, None, now(), desk.settings)
    return tuple(
        Moved(
            film_id,
            films[film_id].film.title,
            was.get(film_id),
            will.get(film_id),
            denied.get(film_id),
        )
        for film_id in (*first, *gone)
        if film_id in films
    )


def _places(ranked: Sequence[tuple[str, float]]) -> dict[str, Place]:
    return {film_id: Place(rank, chance) for rank, (film_id, chance) in enumerate(ranked, start=1)}

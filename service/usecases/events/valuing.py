"""What meetings are worth, by the matcher in force: as the recommender values them, for what is on offer here.

A film counts in a territory where its rights are free, and for a distributor whose limits it keeps. A guest counts as
what it says it is (`guests`). A pass does not
count: from the value of a meeting the organiser and the agent would learn of it. The formulas are in
`recommender/meetings/value.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from recommender.meetings import domain as core
from recommender.meetings.value import Background, Chances, Profile, Scores
from service.clock import now, today
from service.domain.avails import Question
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.events import Event, Participant
from service.domain.paging import PageRequest
from service.domain.rights import RightsGrant
from service.domain.words import MediaRight
from service.matchers import InForce
from service.settings import Settings
from service.store.repositories.distributors import DistributorFilter
from service.store.unit_of_work import UnitOfWork
from service.usecases.eligibility import film_denial, limit_denial, unsold_by
from service.usecases.events.guests import Guests, guests_of
from service.usecases.market import read_market

__all__ = ["Offered", "profiles_of", "scores_of"]

_ALL = PageRequest(size=100_000)
_RIGHT = MediaRight.THEATRICAL


@dataclass(frozen=True, eq=False)
class Offered:
    """Chances, with none for what is not on offer or not wanted.

    films: those of line-ups that the matcher knows, by id. grants: by film. profiles: by territory.
    """

    chances: Chances
    films: Mapping[str, FilmRecord]
    grants: Mapping[str, Sequence[RightsGrant]]
    profiles: Mapping[str, Mapping[str, DistributorProfile]]
    question: Question

    @classmethod
    def of(
        cls,
        tx: UnitOfWork,
        in_force: InForce,
        film_ids: Sequence[str],
        territories: Sequence[str],
        settings: Settings,
        chances: Chances,
    ) -> Offered:
        """What the database says of these films in these territories."""
        films = {
            film_id: film
            for film_id, film in tx.films.find(film_ids).items()
            if film_id in in_force.overlay.films
        }
        return cls(
            chances,
            films,
            tx.rights.standing([film_id for film_id, film in films.items() if film.owner_id]),
            {
                territory: {
                    profile.distributor_id: profile
                    for profile in tx.distributors.list(_ALL, DistributorFilter(territory=territory)).items
                }
                for territory in territories
            },
            Question(today(), stale_after=timedelta(days=settings.rights_stale_days)),
        )

    def probabilities(
        self, film_ids: Sequence[str], territory: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """As Matcher.probabilities."""
        distributors, found = self.chances.probabilities(film_ids, territory)
        profiles = [self.profiles[territory].get(key) for key in distributors]
        for row, film_id in enumerate(film_ids):
            film, grants = self.films[film_id], self.grants.get(film_id, ())
            if film_denial(film, grants, (territory, _RIGHT), self.question):
                found[row] = 0.0
                continue
            barred = [
                profile is not None and bool(limit_denial(profile, film, _RIGHT)) for profile in profiles
            ]
            found[row, barred] = 0.0
        return distributors, found


def profiles_of(
    tx: UnitOfWork, participants: Sequence[Participant]
) -> dict[str, tuple[DistributorProfile, ...]]:
    """participant_id -> the profiles that a buyer comes with: those named, else all of its company."""
    found = {}
    for one in participants:
        if one.side == "buyer":
            named = tx.distributors.find(one.distributor_ids).values() if one.distributor_ids else ()
            own = tuple(named) or (tx.distributors.of_company(one.company_id) if one.company_id else ())
            found[one.participant_id] = tuple(
                profile for profile in own if not one.territories or profile.territory in one.territories
            )
    return found


def scores_of(
    tx: UnitOfWork,
    event: Event,
    planned: core.Event,
    in_force: InForce,
    settings: Settings,
    *,
    outlooks: bool = True,
) -> Scores:
    """Expected deals of everybody at `planned` with everybody; who is not known counts as average.

    outlooks: with how each buyer's releases did, which only values depend on. The unit of work needs no limit on its
    statements. Raises what the matcher raises.
    """
    here = {one.participant_id for one in planned.participants}
    people = [one for one in tx.participants.all(event.event_id) if one.participant_id in here]
    own = profiles_of(tx, people)
    known_outlooks = _outlooks(tx) if outlooks else {}
    profiles = {
        participant_id: tuple(
            known_outlooks.get(profile.distributor_id, Profile(profile.distributor_id, profile.territory))
            for profile in each
            if profile.distributor_id in in_force.overlay.distributors
        )
        for participant_id, each in own.items()
    }
    guests = guests_of([one for one in people if not own.get(one.participant_id)])
    profiles |= {
        participant_id: tuple(Profile(one.distributor_id, one.territory) for one in each)
        for participant_id, each in guests.items()
    }
    territories = sorted({profile.territory for each in profiles.values() for profile in each})
    lineups = {one.participant_id: one.film_ids for one in people if one.side == "seller"}
    film_ids = sorted({film for films in lineups.values() for film in films})
    beside = unsold_by(tx, _RIGHT, None, now(), film_ids=film_ids)
    chances = Guests.beside(in_force.matcher.disregarding(beside), guests)
    offered = Offered.of(tx, in_force, film_ids, territories, settings, chances)
    # Colleagues share tables, but each comes for territories of its own.
    alone = [replace(one, company_id=one.participant_id) for one in planned.participants]
    known = Background(profiles, frozenset(offered.films))
    return Scores.of(replace(planned, participants=tuple(alone)), lineups, known, offered)


def _outlooks(tx: UnitOfWork) -> dict[str, Profile]:
    """How the releases of each distributor did, by what may be told of them."""
    market = read_market(tx, today()).market
    if not len(market.deals):
        return {}
    return {key: each[0] for key, each in Background.of(market).profiles.items()}

"""Which films on offer are for a distributor, and which of them are new since somebody last looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from recommender.errors import QueryError, UnknownIdError
from recommender.market.domain import Match
from service.clock import now, today
from service.domain.catalogue import DistributorProfile
from service.domain.words import MediaRight, RunKind, Stage
from service.errors import Forbidden, Invalid, Unavailable
from service.matchers import InForce
from service.security.actor import Actor
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.answers import JSON, match_json, predictions_of
from service.usecases.distributors import own_profile
from service.usecases.eligibility import suggestion_denials, unsold_by
from service.usecases.matching import Desk
from service.usecases.runs import record_run

__all__ = [
    "Choices",
    "SuggestionRequest",
    "choices",
    "for_buyer",
    "look",
    "offers_to",
    "ranked_of",
    "suggest",
    "suggestions_of",
]

REFERENCE_YEARS: Final = 2
"""Reference films of these last years count as on offer: nobody here says where they are."""


@dataclass(frozen=True, slots=True)
class SuggestionRequest:
    """Which films are for a distributor?

    k: how many, from the place `start` on. only_new: only what came on offer after `since`, or after the person
    last looked; new_first: those before all others. genre, country, stage: of the film, empty for any. least: the
    lowest probability. film_id: about this film alone, be it on offer or not; then the rest of it is not asked.
    """

    distributor_id: str
    media_right: MediaRight = MediaRight.THEATRICAL
    k: int = 20
    only_new: bool = False
    since: datetime | None = None
    explain: bool = True
    new_first: bool = False
    start: int = 0
    genre: str = ""
    country: str = ""
    stage: Stage | None = None
    least: float = 0.0
    film_id: str = ""

    def as_json(self) -> JSON:
        """As it is kept with its answer."""
        since = None if self.since is None else self.since.isoformat()
        return {**asdict(self), "since": since}

    @classmethod
    def of_json(cls, kept: JSON) -> SuggestionRequest:
        """From what `as_json` gave."""
        since = None if kept["since"] is None else datetime.fromisoformat(kept["since"])
        stage = Stage(kept["stage"]) if kept.get("stage") else None
        return cls(**{**kept, "media_right": MediaRight(kept["media_right"]), "since": since, "stage": stage})


@dataclass(frozen=True, slots=True)
class Choices:
    """What the films on offer can be filtered by: genres and countries, commonest first, and stages."""

    genres: tuple[str, ...]
    countries: tuple[str, ...]
    stages: tuple[Stage, ...]


def suggest(desk: Desk, actor: Actor, request: SuggestionRequest) -> JSON:
    """Answer and keep it. Raises NotFound; Invalid where it is not asked at all, as majors are not."""
    in_force = desk.matchers.current()
    with desk.stage("match"), desk.uow() as tx:
        profile = own_profile(tx, actor, request.distributor_id)
        if request.since is None and actor.user_id is not None:
            request = replace(request, since=tx.feedback.last_look(actor.user_id, profile.distributor_id))
        answer = suggestions_of(tx, in_force, profile, request, desk.settings)
    with desk.stage("record"), desk.uow() as tx:
        predictions = predictions_of(answer["suggestions"])
        whole = record_run(
            tx, actor, in_force, RunKind.SUGGEST, request.as_json(), answer, profile.company_id, predictions
        )
        tx.commit()
    return whole


def look(
    uow: UnitOfWorkFactory, actor: Actor, distributor_id: str, until: datetime | None = None
) -> datetime:
    """Note that a person has looked at what there was `until` then, by default now: what comes later is new.

    Raises Forbidden for a program.
    """
    with uow() as tx:
        own_profile(tx, actor, distributor_id)
        if actor.user_id is None:
            raise Forbidden("a program does not look", "Give `since` when asking, or sign in as a person")
        moment = min(now(), until or now())
        tx.feedback.look(actor.user_id, distributor_id, moment)
        tx.commit()
    return moment


def choices(uow: UnitOfWorkFactory, actor: Actor, distributor_id: str) -> Choices:
    """What suggestions can be filtered by. Raises NotFound."""
    with uow() as tx:
        profile = own_profile(tx, actor, distributor_id)
        traits = tx.films.traits(offers_to(tx, profile)).values()
    genres = Counter(genre for one in traits for genre in one.genres)
    countries = Counter(country for one in traits for country in one.countries)
    stages = {one.stage for one in traits}
    return Choices(
        tuple(genre for genre, _ in sorted(genres.items(), key=lambda each: (-each[1], each[0]))),
        tuple(country for country, _ in sorted(countries.items(), key=lambda each: (-each[1], each[0]))),
        tuple(stage for stage in Stage if stage in stages),
    )


def suggestions_of(
    tx: UnitOfWork,
    in_force: InForce,
    profile: DistributorProfile,
    request: SuggestionRequest,
    settings: Settings,
) -> JSON:
    """The answer without the run that it is kept as."""
    since = request.since
    in_force = for_buyer(tx, in_force, profile, request.media_right)
    offers = _wanted(tx, offers_to(tx, profile), request)
    ranked = ranked_of(tx, in_force, profile, request, frozenset(offers), settings)
    chosen = [film_id for film_id, probability in ranked if probability >= request.least]
    if request.new_first:
        chosen.sort(key=lambda film_id: not _is_new(offers[film_id], since))
    shown = chosen[request.start : request.start + request.k]
    told = _told(in_force, profile.distributor_id, shown)
    return {
        "distributor_id": profile.distributor_id,
        "territory": profile.territory,
        "media_right": request.media_right.value,
        "since": None if since is None else since.isoformat(),
        "on_offer": len(offers),
        "total": len(chosen),
        "new": sum(_is_new(offers[film_id], since) for film_id in chosen),
        "suggestions": [
            _suggestion(replace(told[film_id], rank=rank), offers, since, explain=request.explain)
            for rank, film_id in enumerate(shown, start=request.start + 1)
        ],
    }


def for_buyer(
    tx: UnitOfWork, in_force: InForce, profile: DistributorProfile, media_right: MediaRight
) -> InForce:
    """The same, with all films on offer that a right is not sold of there, nor bought by the distributor itself."""
    beside = unsold_by(
        tx, media_right, None, now(), territory=profile.territory, buyer_id=profile.distributor_id
    )
    return replace(in_force, matcher=in_force.matcher.disregarding(beside))


def offers_to(tx: UnitOfWork, profile: DistributorProfile) -> dict[str, datetime]:
    """The films on offer in its territory, and since when."""
    return tx.offers.in_territory(profile.territory, today(), today().year - REFERENCE_YEARS)


def _wanted(
    tx: UnitOfWork, offers: Mapping[str, datetime], request: SuggestionRequest
) -> dict[str, datetime]:
    """Those of the films on offer that the request's conditions on films leave."""
    wanted = {
        film_id: moment
        for film_id, moment in offers.items()
        if not request.only_new or _is_new(moment, request.since)
    }
    if not (request.genre or request.country or request.stage):
        return wanted
    traits = tx.films.traits(wanted)
    return {
        film_id: moment
        for film_id, moment in wanted.items()
        if (one := traits.get(film_id))
        and (not request.genre or request.genre in one.genres)
        and (not request.country or request.country in one.countries)
        and (not request.stage or request.stage is one.stage)
    }


def _is_new(offered: datetime, since: datetime | None) -> bool:
    return since is None or offered > since


def ranked_of(
    tx: UnitOfWork,
    in_force: InForce,
    profile: DistributorProfile,
    request: SuggestionRequest,
    offers: frozenset[str],
    settings: Settings,
) -> list[tuple[str, float]]:
    """Those of `offers` that rights, passes and limits allow, likeliest first, with their probabilities.

    in_force: as `for_buyer` gives it.

    Where there are more on offer than are ranked at once, others take the place of those that are not allowed.
    """
    hidden: frozenset[str] = frozenset()
    while True:
        ranked = _ranked(in_force, profile.distributor_id, request.start + request.k, offers, hidden)
        films = tx.films.find([film_id for film_id, _ in ranked])
        denied = suggestion_denials(
            tx, profile, list(films.values()), request.media_right, None, now(), settings
        )
        # A film that was deleted a moment ago has no record.
        allowed = [(film_id, p) for film_id, p in ranked if film_id in films and film_id not in denied]
        not_allowed = frozenset(film_id for film_id, _ in ranked) - frozenset(
            film_id for film_id, _ in allowed
        )
        if not not_allowed or len(ranked) >= len(offers - hidden):
            return allowed
        hidden |= not_allowed


def _ranked(
    in_force: InForce, distributor_id: str, k: int, offers: frozenset[str], hidden: frozenset[str]
) -> tuple[tuple[str, float], ...]:
    try:
        return in_force.matcher.rank_films(distributor_id, hidden=hidden, among=offers, k=k)
    except UnknownIdError:
        raise Unavailable("this distributor is being taken up") from None
    except QueryError as error:
        raise Invalid.field("distributor_id", str(error), "Ask for another distributor") from error


def _told(in_force: InForce, distributor_id: str, film_ids: Sequence[str]) -> dict[str, Match]:
    if not film_ids:
        return {}
    told = in_force.matcher.suggest_films(distributor_id, len(film_ids), among=frozenset(film_ids))
    return {match.film_id: match for match in told}


def _suggestion(
    match: Match, offers: Mapping[str, datetime], since: datetime | None, *, explain: bool
) -> JSON:
    offered = offers[match.film_id]
    new = {"offered_since": offered.isoformat(), "is_new": _is_new(offered, since)}
    return {**match_json(match, explain=explain), **new}

"""A film as a distributor looks at it: whether it is for it, why, what is free, and whom it knows of it."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.errors import QueryError, UnknownIdError
from recommender.market.domain import Denied
from service.clock import now
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.feedback import FeedbackEvent
from service.domain.paging import PageRequest
from service.domain.words import MediaRight, RunKind
from service.matchers import InForce
from service.security.actor import Actor
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWork
from service.usecases.answers import JSON, match_json, predictions_of
from service.usecases.avails import AvailRow, AvailsQuery, film_avails
from service.usecases.comparables import comparables_of
from service.usecases.distributors import own_profile
from service.usecases.eligibility import suggestion_denials
from service.usecases.films import readable_film
from service.usecases.matching import Desk
from service.usecases.own_catalogue import Known, known_from, releases_of
from service.usecases.runs import record_run
from service.usecases.suggestions import SuggestionRequest, for_buyer

__all__ = ["FilmForBuyer", "about_film", "film_for_buyer"]

_SIMILAR = 6
_HISTORY = PageRequest(size=200)


@dataclass(frozen=True, slots=True)
class FilmForBuyer:
    """A film and a distributor.

    run_id: of the match as it is kept. suggestion: the match with its reasons, None where `not_asked` says why there
    is none. denied: why it is not among the suggestions though there is a match, None where it is. avails: None for
    reference data, of which nobody here holds rights. similar: films like it with their releases. known: whom the
    distributor knows of it. events: all feedback of its company, the latest first.
    """

    film: FilmRecord
    profile: DistributorProfile
    suggestion: JSON | None
    not_asked: str
    denied: Denied | None
    avails: tuple[AvailRow, ...] | None
    similar: tuple[JSON, ...]
    known: tuple[Known, ...]
    events: tuple[FeedbackEvent, ...]
    run_id: str = ""


def film_for_buyer(
    desk: Desk, actor: Actor, distributor_id: str, film_id: str, media_right: MediaRight
) -> FilmForBuyer:
    """Everything about it; the match is kept as a run.

    Raises NotFound for a film or a distributor that is not the actor's to see.
    """
    in_force = desk.matchers.current()
    with desk.stage("match"), desk.uow() as tx:
        profile = own_profile(tx, actor, distributor_id)
        film = readable_film(tx, actor, film_id)
        suggestion, not_asked = _matched(for_buyer(tx, in_force, profile, media_right), profile, film_id)
        denials = suggestion_denials(tx, profile, [film], media_right, None, now(), desk.settings)
        events = tx.feedback.list(
            _HISTORY, FeedbackFilter(profile.company_id, profile.distributor_id, film_id)
        ).items
        known = known_from(releases_of(tx, profile), film)
        similar = _similar(tx, in_force, actor, film_id)
    run_id = _recorded(desk, actor, in_force, profile, suggestion, media_right) if suggestion else ""
    return FilmForBuyer(
        film=film,
        profile=profile,
        suggestion=suggestion,
        not_asked=not_asked,
        denied=denials.get(film_id),
        avails=_avails(desk, actor, profile, film),
        similar=similar,
        known=known,
        events=events,
        run_id=run_id,
    )


def about_film(
    tx: UnitOfWork, in_force: InForce, profile: DistributorProfile, film_id: str, media_right: MediaRight
) -> JSON:
    """The answer about one film without the run that it is kept as."""
    asked = for_buyer(tx, in_force, profile, media_right)
    return _answer(profile, media_right, _matched(asked, profile, film_id)[0])


def _answer(profile: DistributorProfile, media_right: MediaRight, suggestion: JSON | None) -> JSON:
    return {
        "distributor_id": profile.distributor_id,
        "territory": profile.territory,
        "media_right": media_right.value,
        "suggestions": [suggestion] if suggestion else [],
    }


def _recorded(
    desk: Desk,
    actor: Actor,
    in_force: InForce,
    profile: DistributorProfile,
    suggestion: JSON,
    media_right: MediaRight,
) -> str:
    request = SuggestionRequest(
        profile.distributor_id, media_right, k=1, film_id=suggestion["film_id"]
    ).as_json()
    answer = _answer(profile, media_right, suggestion)
    with desk.stage("record"), desk.uow() as tx:
        predictions = predictions_of(answer["suggestions"])
        whole = record_run(
            tx, actor, in_force, RunKind.SUGGEST, request, answer, profile.company_id, predictions
        )
        tx.commit()
    return str(whole["run_id"])


def _matched(in_force: InForce, profile: DistributorProfile, film_id: str) -> tuple[JSON | None, str]:
    try:
        found = in_force.matcher.suggest_films(profile.distributor_id, k=1, among=frozenset({film_id}))
    except UnknownIdError:
        return None, "your profile is being taken up; look again in a few seconds"
    except QueryError as error:
        return None, str(error)
    if found:
        return match_json(found[0], explain=True), ""
    if not in_force.matcher.film_vectors([film_id])[0]:
        return None, "the film is being taken up; look again in a few seconds"
    return None, "the film is sold in your territory"


def _similar(tx: UnitOfWork, in_force: InForce, actor: Actor, film_id: str) -> tuple[JSON, ...]:
    if not in_force.matcher.film_vectors([film_id])[0]:
        return ()
    return tuple(comparables_of(tx, in_force, actor, film_id, _SIMILAR)["films"])


def _avails(
    desk: Desk, actor: Actor, profile: DistributorProfile, film: FilmRecord
) -> tuple[AvailRow, ...] | None:
    if film.owner_id is None:
        return None
    query = AvailsQuery(territories=(profile.territory,))
    return film_avails(desk.uow, actor, desk.settings, film.film_id, query).rows

"""Which films on offer are for a distributor, and which of them are new since somebody last looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from recommender.errors import QueryError, UnknownIdError
from recommender.market.domain import Match
from service.clock import now, today
from service.domain.catalogue import DistributorProfile
from service.domain.words import MediaRight, RunKind
from service.errors import Forbidden, Invalid, Unavailable
from service.matchers import InForce
from service.security.actor import Actor
from service.security.permissions import About, Action, require
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.answers import JSON, match_json, predictions_of
from service.usecases.eligibility import suggestion_denials
from service.usecases.matching import Desk
from service.usecases.runs import record_run

__all__ = ["SuggestionRequest", "look", "suggest", "suggestions_of"]

REFERENCE_YEARS: Final = 2
"""Reference films of these last years count as on offer: nobody here says where they are."""


@dataclass(frozen=True, slots=True)
class SuggestionRequest:
    """Which films are for a distributor?

    only_new: only what came on offer after `since`, or after the person last looked.
    """

    distributor_id: str
    media_right: MediaRight = MediaRight.THEATRICAL
    k: int = 20
    only_new: bool = False
    since: datetime | None = None
    explain: bool = True


def suggest(desk: Desk, actor: Actor, request: SuggestionRequest) -> JSON:
    """Answer and keep it. Raises NotFound; Invalid where it is not asked at all, as majors are not."""
    in_force = desk.matchers.current()
    with desk.stage("match"), desk.uow() as tx:
        profile = _required(tx, actor, request.distributor_id)
        if request.since is None and actor.user_id is not None:
            request = replace(request, since=tx.feedback.last_look(actor.user_id, profile.distributor_id))
        answer = suggestions_of(tx, in_force, profile, request, desk.settings)
    with desk.stage("record"), desk.uow() as tx:
        kept = _kept(request, answer["since"])
        predictions = predictions_of(answer["suggestions"])
        whole = record_run(
            tx, actor, in_force, RunKind.SUGGEST, kept, answer, profile.company_id, predictions
        )
        tx.commit()
    return whole


def look(uow: UnitOfWorkFactory, actor: Actor, distributor_id: str) -> datetime:
    """Note that a person has looked now: what comes later is new. Raises Forbidden for a program."""
    with uow() as tx:
        _required(tx, actor, distributor_id)
        if actor.user_id is None:
            raise Forbidden("a program does not look", "Give `since` when asking, or sign in as a person")
        moment = now()
        tx.feedback.look(actor.user_id, distributor_id, moment)
        tx.commit()
    return moment


def suggestions_of(
    tx: UnitOfWork,
    in_force: InForce,
    profile: DistributorProfile,
    request: SuggestionRequest,
    settings: Settings,
) -> JSON:
    """The answer without the run that it is kept as."""
    since = request.since
    offers = tx.offers.in_territory(profile.territory, today(), today().year - REFERENCE_YEARS)
    if request.only_new and since is not None:
        offers = {film_id: moment for film_id, moment in offers.items() if moment > since}
    found = _allowed(tx, in_force, profile, request, frozenset(offers), settings)
    return {
        "distributor_id": profile.distributor_id,
        "territory": profile.territory,
        "media_right": request.media_right.value,
        "since": None if since is None else since.isoformat(),
        "on_offer": len(offers),
        "suggestions": [_suggestion(match, offers, since, explain=request.explain) for match in found],
    }


def _allowed(
    tx: UnitOfWork,
    in_force: InForce,
    profile: DistributorProfile,
    request: SuggestionRequest,
    offers: frozenset[str],
    settings: Settings,
) -> tuple[Match, ...]:
    """The best that rights, passes and limits allow: those that they do not are left out, and asked again."""
    hidden: frozenset[str] = frozenset()
    while True:
        found = _suggested(in_force, profile.distributor_id, request.k, offers, hidden)
        films = tx.films.find([match.film_id for match in found])
        denied = suggestion_denials(
            tx, profile, list(films.values()), request.media_right, None, now(), settings
        )
        # A film that was deleted a moment ago.
        gone = {match.film_id for match in found} - films.keys()
        if not denied and not gone:
            return found
        hidden |= denied.keys() | gone


def _suggested(
    in_force: InForce, distributor_id: str, k: int, offers: frozenset[str], hidden: frozenset[str]
) -> tuple[Match, ...]:
    try:
        return in_force.matcher.suggest_films(distributor_id, k, hidden=hidden, among=offers)
    except UnknownIdError:
        raise Unavailable("this distributor is being taken up") from None
    except QueryError as error:
        raise Invalid.field("distributor_id", str(error), "Ask for another distributor") from error


def _suggestion(
    match: Match, offers: Mapping[str, datetime], since: datetime | None, *, explain: bool
) -> JSON:
    offered = offers[match.film_id]
    new = {"offered_since": offered.isoformat(), "is_new": since is None or offered > since}
    return {**match_json(match, explain=explain), **new}


def _required(tx: UnitOfWork, actor: Actor, distributor_id: str) -> DistributorProfile:
    profile = tx.distributors.get(distributor_id)
    about = About(buyers=frozenset({profile.company_id}))
    require(actor, Action.READ, "suggestion", about, distributor_id)
    return profile


def _kept(request: SuggestionRequest, since: str | None) -> dict[str, Any]:
    return {
        "distributor_id": request.distributor_id,
        "media_right": request.media_right.value,
        "k": request.k,
        "only_new": request.only_new,
        "since": since,
        "explain": request.explain,
    }

"""Who should see a film, and why: for one that is stored, or for one that is described."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from recommender.errors import QueryError, ReelmatchError, UnknownIdError
from recommender.market.domain import Denied, Film
from service.clock import now
from service.domain.catalogue import FilmRecord
from service.domain.words import CompanyKind, RunKind
from service.errors import ServiceError
from service.matchers import InForce, MatcherHolder
from service.security.actor import Actor
from service.security.permissions import About, Action, may, require, require_allowed
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.answers import JSON, nobody_json, predictions_of, ranked_json
from service.usecases.eligibility import Denials, film_denials, unsold_by
from service.usecases.films import film_about
from service.usecases.requests import MatchRequest, to_json
from service.usecases.runs import record_run, run_company

__all__ = [
    "Desk",
    "Question",
    "answer_of",
    "keep_answer",
    "match",
    "match_each",
    "overview",
    "question_of",
    "require_askable",
]


@dataclass(frozen=True, slots=True)
class Desk:
    """What questions are answered with. stage: times a part of the work by its name."""

    uow: UnitOfWorkFactory
    matchers: MatcherHolder
    settings: Settings
    stage: Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Question:
    """A request with what the database says of it.

    denials: by territory. beside: deals of the film that do not sell what is asked. own: the actor's companies,
    whose distributors may be told their reasons. company_id: whose run it will be.
    """

    request: MatchRequest
    film: FilmRecord
    denials: Mapping[str, Denials]
    beside: frozenset[str]
    own: frozenset[str]
    company_id: str | None


def match(desk: Desk, actor: Actor, request: MatchRequest) -> JSON:
    """Answer and keep it. Raises NotFound, Forbidden; Unavailable before there is a bundle.

    All in one transaction for a stored film; for one that is described none is open while it is encoded.
    """
    in_force = desk.matchers.current()
    with desk.uow() as tx:
        with desk.stage("read"):
            question = question_of(tx, actor, request, desk.settings)
        if request.film_id:
            with desk.stage("match"):
                answer = answer_of(in_force, question)
            with desk.stage("record"):
                whole = keep_answer(tx, actor, in_force, question, answer)
                tx.commit()
            return whole
    with desk.stage("match"):
        answer = answer_of(in_force, question)
    with desk.stage("record"), desk.uow() as tx:
        whole = keep_answer(tx, actor, in_force, question, answer)
        tx.commit()
    return whole


def overview(desk: Desk, actor: Actor, request: MatchRequest) -> JSON:
    """The likeliest distributor of every territory in which any works, without reasons; it is not kept.

    Raises as `match` does.
    """
    in_force = desk.matchers.current()
    with desk.stage("read"), desk.uow() as tx:
        wide = replace(request, territories=tx.distributors.territories(), k=1, explain=False, least=0.0)
        question = question_of(tx, actor, wide, desk.settings)
    with desk.stage("match"):
        return answer_of(in_force, question)


def match_each(
    desk: Desk, actor: Actor, request: MatchRequest, film_ids: Iterable[str]
) -> Iterator[tuple[str, JSON | ServiceError | ReelmatchError]]:
    """`match` for one stored film after the other: its answer, or why there is none."""
    for film_id in film_ids:
        try:
            yield film_id, match(desk, actor, request.about(film_id))
        except (ServiceError, ReelmatchError) as error:
            yield film_id, error


def question_of(tx: UnitOfWork, actor: Actor, request: MatchRequest, settings: Settings) -> Question:
    """What the database says of a request. Raises NotFound and Forbidden where the actor may not ask it."""
    film = tx.films.get(request.film_id) if request.film_id else request.film
    require_askable(tx, actor, film)
    asked = (request.media_right, request.window, now())
    agents = actor.companies(CompanyKind.SALES_AGENT)
    denials = film_denials(tx, film, request.territories, *asked, settings, agents)
    beside = (
        unsold_by(tx, *asked, film_ids=[request.film_id], agent_ids=agents)
        if request.film_id
        else frozenset()
    )
    company_id = run_company(actor, request.company_id, film.owner_id)
    return Question(request, film, denials, beside, actor.companies(CompanyKind.DISTRIBUTOR), company_id)


def answer_of(in_force: InForce, question: Question) -> JSON:
    """The answer, which follows from the matcher and the question alone."""
    request = question.request
    return {
        "film_id": request.film_id or None,
        "title": question.film.film.title,
        "media_right": request.media_right.value,
        "territories": [_in_territory(in_force, question, territory) for territory in request.territories],
    }


def keep_answer(
    tx: UnitOfWork,
    actor: Actor,
    in_force: InForce,
    question: Question,
    answer: JSON,
    kind: RunKind = RunKind.MATCH,
    run_id: str = "",
) -> JSON:
    """Record it; returns it as it is sent."""
    shown = [one for part in answer["territories"] for one in part["matches"]]
    request = to_json(question.request)
    predictions = predictions_of(shown)
    return record_run(
        tx, actor, in_force, kind, request, answer, question.company_id, predictions, run_id=run_id
    )


def require_askable(tx: UnitOfWork, actor: Actor, film: FilmRecord) -> None:
    """Who may read a film but not ask for its matches is told so; others do not learn that it is there."""
    about = About(seller=film.owner_id, is_open=film.owner_id is None)
    if not may(actor, Action.READ, "match", about):
        require(actor, Action.READ, "film", film_about(tx, film), film.film_id)
    require_allowed(actor, Action.READ, "match", about)


def _in_territory(in_force: InForce, question: Question, territory: str) -> JSON:
    denials = question.denials[territory]
    rights = None if denials.rights is None else denials.rights.value
    try:
        told = nobody_json(denials.film) if denials.film else _ranked(in_force, question, territory)
    except QueryError:
        # The territory is one, so it can only be this.
        text = f"no distributor of {territory} is known here"
        told = nobody_json(Denied("nobody", text, {"territory": territory}))
    return {"territory": territory, "rights": rights, **told}


def _ranked(in_force: InForce, question: Question, territory: str) -> JSON:
    request = question.request
    denied = question.denials[territory].told_to(question.own)

    def ask(film: Film | str) -> JSON:
        found = in_force.matcher.disregarding(question.beside).match_film(
            film, territory, request.k, request.exclude, denied, request.explain
        )
        return ranked_json(found, explain=request.explain, least=request.least)

    if not request.film_id:
        return ask(question.film.film)
    asked = (request.film_id, territory, request.k, request.exclude, request.explain, request.least)
    try:
        return in_force.told.get(
            (*asked, frozenset(denied.items()), question.beside), lambda: ask(request.film_id)
        )
    except UnknownIdError:
        # Stored a moment ago, its text not embedded yet: what is known of it is enough.
        return ask(question.film.film)

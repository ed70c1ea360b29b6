"""Films like a film, and who released them."""

from __future__ import annotations

from typing import Final

from recommender.errors import UnknownIdError
from recommender.matching.answers import SimilarFilm
from service.domain.words import RunKind
from service.errors import Unavailable
from service.matchers import InForce
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork
from service.usecases.answers import JSON, similar_json
from service.usecases.films import readable_film, visible_films
from service.usecases.matching import Desk
from service.usecases.runs import record_run, run_company

__all__ = ["comparables", "comparables_of"]

_MARGIN: Final = 5
"""Times as many are looked for as are asked for: some belong to others, and are not shown."""


def comparables(desk: Desk, actor: Actor, film_id: str, k: int, company_id: str | None) -> JSON:
    """Answer and keep it. Raises NotFound; Unavailable in the seconds before a new film is taken up."""
    in_force = desk.matchers.current()
    with desk.stage("match"), desk.uow() as tx:
        film = readable_film(tx, actor, film_id)
        whose = run_company(actor, company_id, film.owner_id)
        answer = comparables_of(tx, in_force, actor, film_id, k)
    with desk.stage("record"), desk.uow() as tx:
        whole = record_run(tx, actor, in_force, RunKind.SIMILAR, {"film_id": film_id, "k": k}, answer, whose)
        tx.commit()
    return whole


def comparables_of(tx: UnitOfWork, in_force: InForce, actor: Actor, film_id: str, k: int) -> JSON:
    """The answer without the run that it is kept as."""
    try:
        near = in_force.matcher.similar_films(film_id, k * _MARGIN)
    except UnknownIdError:
        raise Unavailable("this film is being taken up") from None
    return {"film_id": film_id, "films": similar_json(_seen(tx, actor, near)[:k])}


def _seen(tx: UnitOfWork, actor: Actor, films: tuple[SimilarFilm, ...]) -> list[SimilarFilm]:
    who = visible_films(actor)
    if who is None:
        return list(films)
    owners = tx.films.owners([film.film_id for film in films])
    seen = tx.films.seen_of(owners, who)
    return [film for film in films if film.film_id in seen or (film.film_id in owners and film.deals)]

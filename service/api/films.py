"""Films and projects."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.films import FilmChange, FilmIn, FilmOut, Year
from service.api.schemas.trade import changes
from service.domain.words import Stage
from service.store.repositories.films import FilmFilter
from service.usecases import films

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["films"])


def _wanted(
    owner_id: Annotated[str, Query(description="The sales agent's company.")] = "",
    stage: Stage | None = None,
    year_from: Annotated[Year | None, Query()] = None,
    year_to: Annotated[Year | None, Query()] = None,
    genre: Annotated[str, Query(max_length=300)] = "",
    country: Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")] = "",
    query: Annotated[str, Query(max_length=200, description="Part of a title.")] = "",
) -> FilmFilter:
    return FilmFilter(owner_id, stage, year_from, year_to, genre, country, query)


def _identifiers(eidr: str = "", isan: str = "", imdb_id: str = "", tmdb_id: str = "") -> dict[str, str]:
    given = {"eidr": eidr, "isan": isan, "imdb_id": imdb_id, "tmdb_id": tmdb_id}
    return {name: value for name, value in given.items() if value}


@router.get("/films", responses=responses())
def list_films(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    where: Annotated[FilmFilter, Depends(_wanted)],
    identifiers: Annotated[dict[str, str], Depends(_identifiers)],
) -> PageOf[FilmOut]:
    """Your own films, those offered in your territories, those you have a deal for, and reference data.

    With an identifier: the film that has it, whatever else is asked for.
    """
    if identifiers:
        return paging.render(films.find_film(uow, actor, **identifiers), FilmOut.of)
    return paging.render(films.list_films(uow, actor, paging.request, where), FilmOut.of)


@router.post("/films", status_code=201, responses=responses(404, 409))
def create_film(body: FilmIn, actor: ActorDep, uow: UowDep, response: Response) -> FilmOut:
    """Add a film or project; for members of a sales agent, and for administrators as reference data."""
    film = films.create_film(uow, actor, body.as_record())
    set_etag(response, film.version)
    return FilmOut.of(film)


@router.get("/films/{film_id}", responses=responses(404))
def get_film(film_id: str, actor: ActorDep, uow: UowDep, response: Response) -> FilmOut:
    """One film."""
    film = films.get_film(uow, actor, film_id)
    set_etag(response, film.version)
    return FilmOut.of(film)


@router.patch("/films/{film_id}", responses=responses(404, 409, 412, 428))
def update_film(
    film_id: str, body: FilmChange, actor: ActorDep, uow: UowDep, expected: IfMatch, response: Response
) -> FilmOut:
    """Change some of a film; for members of its sales agent."""
    film = films.update_film(uow, actor, film_id, changes(body), expected)
    set_etag(response, film.version)
    return FilmOut.of(film)


@router.delete("/films/{film_id}", status_code=204, responses=responses(404, 409, 412, 428))
def delete_film(film_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Delete a film that has neither rights nor deals, with its feedback; for owners of its sales agent."""
    films.delete_film(uow, actor, film_id, expected)

"""Films and projects, and who may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from recommender.market.domain import Film
from service.clock import today
from service.domain.catalogue import FilmRecord
from service.domain.feedback import TO_THE_AGENT
from service.domain.identifiers import READERS
from service.domain.paging import Page, PageRequest
from service.domain.words import CompanyKind, Direction
from service.errors import Conflict, Forbidden
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may, require, require_allowed, sight
from service.store.ids import new_id
from service.store.repositories.feedback import FeedbackFilter
from service.store.repositories.films import FilmFilter, Visibility
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record

__all__ = [
    "create_film",
    "delete_film",
    "film_about",
    "film_genres",
    "films_about",
    "find_film",
    "find_films",
    "get_film",
    "list_films",
    "readable_film",
    "readable_films",
    "update_film",
    "visible_films",
]

_OF_FILM: Final = frozenset(Film.__dataclass_fields__)
_ONE: Final = PageRequest(1)


def list_films(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: FilmFilter, *, newest_first: bool = False
) -> Page[FilmRecord]:
    """Those the actor may see, in the order they were added."""
    seen = replace(where, visible_to=visible_films(actor))
    with uow() as tx:
        return tx.films.list(page, seen, newest_first=newest_first)


def film_genres(uow: UnitOfWorkFactory, actor: Actor, company_id: str | None) -> tuple[str, ...]:
    """Those that films of the actor's sales agent have."""
    owner_id = actor.acting_for(company_id, CompanyKind.SALES_AGENT)
    with uow() as tx:
        return tx.films.genres(owner_id)


def find_film(uow: UnitOfWorkFactory, actor: Actor, **identifiers: str) -> Page[FilmRecord]:
    """The film with one of these identifiers (eidr, isan, imdb_id, tmdb_id), if the actor may see it."""
    visible_films(actor)
    with uow() as tx:
        found = tx.films.identified(**{name: _kept(name, value) for name, value in identifiers.items()})
        if found is None or not may(actor, Action.READ, "film", film_about(tx, found)):
            return Page(())
        return Page((found,))


def _kept(name: str, value: str) -> str:
    try:
        return READERS[name](value)
    except ValueError:
        return value


def get_film(uow: UnitOfWorkFactory, actor: Actor, film_id: str) -> FilmRecord:
    """Raises NotFound."""
    with uow() as tx:
        return readable_film(tx, actor, film_id)


def find_films(uow: UnitOfWorkFactory, actor: Actor, film_ids: Collection[str]) -> dict[str, FilmRecord]:
    """`readable_films` in a unit of work of its own."""
    with uow() as tx:
        return readable_films(tx, actor, film_ids)


def create_film(uow: UnitOfWorkFactory, actor: Actor, film: FilmRecord) -> FilmRecord:
    """Add a film of the agent `owner_id`, of the actor's only agent, or as reference data by an administrator.

    Its sales agent is the owner where none is named.
    """
    sight(actor, Action.WRITE, "film")
    owner_id = _owner(actor, film.owner_id)
    require_allowed(actor, Action.WRITE, "film", About(seller=owner_id, is_open=owner_id is None))
    with uow() as tx:
        agent = film.film.sales_agent or (tx.companies.get(owner_id).name if owner_id else "")
        inner = replace(film.film, film_id=film.film_id or new_id("film"), sales_agent=agent)
        stored = tx.films.add(replace(film, film=inner, owner_id=owner_id))
        record(tx, actor, "film.create", "film", stored.film_id, company_id=owner_id, after=stored)
        tx.commit()
    return stored


def update_film(
    uow: UnitOfWorkFactory, actor: Actor, film_id: str, changes: Mapping[str, Any], expected: int | None
) -> FilmRecord:
    """Change some fields, by their names in Film and FilmRecord; expected: the version that was read."""
    with uow() as tx:
        before = tx.films.get(film_id)
        require(actor, Action.WRITE, "film", film_about(tx, before), film_id)
        inner = {name: value for name, value in changes.items() if name in _OF_FILM}
        outer = {name: value for name, value in changes.items() if name not in _OF_FILM}
        after = tx.films.update(replace(before, film=replace(before.film, **inner), **outer), expected)
        record(
            tx,
            actor,
            "film.update",
            "film",
            film_id,
            company_id=before.owner_id,
            before=before,
            after=after,
        )
        tx.commit()
    return after


def delete_film(uow: UnitOfWorkFactory, actor: Actor, film_id: str, expected: int | None) -> None:
    """With its feedback. Raises Conflict while it has rights or deals, or something a distributor told its agent."""
    with uow() as tx:
        before = tx.films.get(film_id)
        require(actor, Action.DELETE, "film", film_about(tx, before), film_id)
        told = tx.feedback.addressed(_ONE, FeedbackFilter(film_id=film_id), TO_THE_AGENT).items
        if told:
            raise Conflict(
                phrase(
                    "a distributor ({id}) has told its agent of the film: {kind}",
                    id=told[0].distributor_id,
                    kind=told[0].kind.value,
                ),
                "Ask it to take that back, or keep the film",
            )
        tx.films.delete(film_id, expected)
        record(tx, actor, "film.delete", "film", film_id, company_id=before.owner_id, before=before)
        tx.commit()


def readable_film(tx: UnitOfWork, actor: Actor, film_id: str) -> FilmRecord:
    """A film that the actor may read. Raises NotFound, and Forbidden for a key without the scope."""
    found = tx.films.get(film_id)
    if may(actor, Action.READ, "film", About(seller=found.owner_id, is_open=found.owner_id is None)):
        return found
    with suppress(Forbidden):
        visible = visible_films(actor)
        # One question to the database, where whom a film concerns may be thousands of grants.
        if visible is None or tx.films.may_see(film_id, visible):
            return found
    require(actor, Action.READ, "film", film_about(tx, found), film_id)
    return found


def readable_films(tx: UnitOfWork, actor: Actor, film_ids: Collection[str]) -> dict[str, FilmRecord]:
    """Those of a few films that the actor may read, by id."""
    who, found = visible_films(actor), tx.films.find(film_ids)
    owned = [film_id for film_id, film in found.items() if film.owner_id is not None]
    hidden = frozenset(owned) - tx.films.seen_of(owned, who) if who is not None and owned else frozenset()
    return {film_id: film for film_id, film in found.items() if film_id not in hidden}


def film_about(tx: UnitOfWork, film: FilmRecord) -> About:
    """Whom a film concerns: its agent, who has a deal for it, and where it is offered."""
    return films_about(tx, [film])[film.film_id]


def films_about(tx: UnitOfWork, films: Collection[FilmRecord]) -> dict[str, About]:
    """`film_about` of many, by id, with as many questions to the database as for one."""
    owned = [film.film_id for film in films if film.owner_id is not None]
    deals = tx.deals.of_films(owned) if owned else {}
    grants = tx.rights.of_films(owned) if owned else {}
    buyers = tx.distributors.find({deal.distributor_id for each in deals.values() for deal in each})

    def about(film: FilmRecord) -> About:
        if film.owner_id is None:
            return About(is_open=True)
        bought = (buyers.get(deal.distributor_id) for deal in deals.get(film.film_id, ()))
        return About(
            seller=film.owner_id,
            buyers=frozenset(profile.company_id for profile in bought if profile),
            offered_in=frozenset(
                grant.territory
                for grant in grants.get(film.film_id, ())
                if grant.direction is Direction.HELD
                and (grant.window.ends_on is None or grant.window.ends_on >= today())
            ),
        )

    return {film.film_id: about(film) for film in films}


def visible_films(actor: Actor) -> Visibility | None:
    """The films a list may show, None for all. Raises Forbidden for a key without the scope."""
    seen = sight(actor, Action.READ, "film")
    return None if seen.everything else Visibility(seen.sellers | seen.buyers, seen.territories)


def _owner(actor: Actor, owner_id: str | None) -> str | None:
    if owner_id is None and (actor.is_administrator or actor.is_system):
        return None
    return actor.acting_for(owner_id, CompanyKind.SALES_AGENT)

"""Who merges films, and what."""

from __future__ import annotations

from service.domain.imports import MergeProposal
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, Role
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import merges
from tests.service import make

AGENT = Actor("ines", "ines", (Seat("agent", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
ADMIN = Actor("root", "root", is_administrator=True)
PEOPLE = {"directors": ("Ana Ruz",), "cast": ("Leo Marsh", "Ida Holm")}


def add_films(uow: UnitOfWorkFactory, *films: tuple[str, str | None, str]) -> None:
    with uow() as tx:
        for film_id, owner_id, title in films:
            tx.films.add(make.film(film_id, owner_id, title=title, **PEOPLE))
        tx.commit()


def listed(uow: UnitOfWorkFactory, actor: Actor) -> list[MergeProposal]:
    return list(merges.list_merges(uow, actor, PageRequest()).items)


def only(uow: UnitOfWorkFactory, actor: Actor) -> MergeProposal:
    (proposal,) = listed(uow, actor)
    return proposal

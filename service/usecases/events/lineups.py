"""Which films a seller brings to an event."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from service.domain.events import Event, Participant
from service.domain.paging import PageRequest
from service.domain.words import EventStatus
from service.errors import Conflict, FieldProblem, Invalid, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may
from service.store.repositories.films import FilmFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.events.access import agenda_of, event_to_plan
from service.usecases.films import films_about

__all__ = ["check_lineup", "lineup_problems", "list_choices", "own_lineup"]

_MOST: Final = PageRequest(200)


def list_choices(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str
) -> tuple[tuple[str, str], ...]:
    """(film_id, title) of a line-up in its order, then of what else the seller's company has on offer.

    The latest added first, and not all of very many.
    """
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        seller = tx.participants.get(event_id, participant_id)
        if seller.side == "buyer":
            return ()
        own = FilmFilter(owner_id=seller.company_id) if seller.company_id else None
        owned = tx.films.list(_MOST, own, newest_first=True).items if own else ()
        known = {film.film_id: film for film in owned} | tx.films.find(seller.film_ids)
        more = known.keys() - set(seller.film_ids)
        more -= {film_id for film_id, _, _ in lineup_problems(tx, actor, seller, more)}
        chosen = (*seller.film_ids, *(film_id for film_id in known if film_id in more))
        return tuple((film_id, known[film_id].film.title) for film_id in chosen if film_id in known)


def own_lineup(tx: UnitOfWork, actor: Actor, event: Event, participant_id: str) -> Participant:
    """The participant whose line-up the actor may set: as the organiser, or as its own company.

    Raises NotFound, and Conflict for a closed event.
    """
    key = event.event_id
    if may(actor, Action.WRITE, "event_plan", About(organisers=frozenset({event.company_id}))):
        event_to_plan(tx, actor, key, Action.WRITE)
        return tx.participants.get(key, participant_id)
    _, own = agenda_of(tx, actor, key, participant_id, Action.WRITE)
    if event.status is EventStatus.CLOSED:
        raise Conflict(
            phrase("the event {name} is closed", name=event.name), "Ask its organiser", field="status"
        )
    return own


def check_lineup(tx: UnitOfWork, actor: Actor, wanted: Participant, known: Collection[str]) -> None:
    """Raises Invalid for films that cannot be brought. known: films of the line-up that stay."""
    if wanted.side == "buyer" and wanted.film_ids:
        raise Invalid.field("film_ids", "a buyer brings no films", "Leave them out")
    problems = list(lineup_problems(tx, actor, wanted, set(wanted.film_ids) - set(known)))
    if problems:
        raise Invalid([FieldProblem("film_ids", message, remedy) for _, message, remedy in problems])


def lineup_problems(
    tx: UnitOfWork, actor: Actor, seller: Participant, film_ids: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Film, what is wrong, and the remedy.

    A line-up holds reference films, films that the actor may read, and what the seller's own company has on
    offer. Any other film is as if it were not there.
    """
    found = tx.films.find(film_ids)
    abouts = films_about(tx, found.values())
    for film_id in sorted(film_ids):
        about = abouts.get(film_id)
        if about is None or not (
            may(actor, Action.READ, "film", about)
            or (about.seller is not None and about.seller == seller.company_id and about.offered_in)
        ):
            yield film_id, NotFound("film", film_id).message, "Name a film that is on offer, or leave it out"

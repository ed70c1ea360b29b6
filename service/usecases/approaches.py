"""Approaches: what distributors address to the agent of a film, such as an offer; a pass never is."""

from __future__ import annotations

from dataclasses import replace

from service.domain.feedback import TO_THE_AGENT, FeedbackEvent
from service.domain.paging import Page, PageRequest
from service.security.actor import Actor
from service.security.permissions import About, Action, require_allowed
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.films import readable_film

__all__ = ["addressed_to_the_agent", "list_approaches"]


def list_approaches(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, film_id: str
) -> Page[FeedbackEvent]:
    """What distributors address to a film's agent, without their reasons and notes; the earliest first.

    Raises NotFound, and Forbidden for whoever sees the film but is not of its agent.
    """
    with uow() as tx:
        film = readable_film(tx, actor, film_id)
        require_allowed(actor, Action.READ, "approach", About(seller=film.owner_id))
        return addressed_to_the_agent(tx, page, FeedbackFilter(film_id=film_id))


def addressed_to_the_agent(tx: UnitOfWork, page: PageRequest, where: FeedbackFilter) -> Page[FeedbackEvent]:
    """What distributors address to the agent of some films, without their reasons and notes; the earliest first."""
    found = tx.feedback.addressed(page, where, TO_THE_AGENT)
    told = (replace(event, reason="", note="", user_id=None) for event in found.items)
    return Page(tuple(told), found.next_after)

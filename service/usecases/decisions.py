"""What a distributor decided about films on offer: its shortlist, and what it passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.catalogue import FilmRecord
from service.domain.feedback import FeedbackEvent
from service.domain.words import FeedbackKind
from service.security.actor import Actor
from service.settings import Settings
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.distributors import own_profile
from service.usecases.feedback_board import show_board
from service.usecases.films import find_films

__all__ = ["Decided", "decided_films", "standing_of"]


@dataclass(frozen=True, slots=True)
class Decided:
    """A film that was decided about. film: None where it is not shown to the distributor any more.

    events: all that stands between the two. hidden_until: when a pass stops hiding it.
    """

    film_id: str
    film: FilmRecord | None
    event: FeedbackEvent
    events: tuple[FeedbackEvent, ...]
    hidden_until: datetime | None


def decided_films(
    uow: UnitOfWorkFactory, actor: Actor, settings: Settings, distributor_id: str, kind: FeedbackKind
) -> tuple[Decided, ...]:
    """The films with a standing decision of this kind, the latest first. Raises NotFound."""
    with uow() as tx:
        company_id = own_profile(tx, actor, distributor_id).company_id
    boards = show_board(uow, actor, settings, FeedbackFilter(company_id, distributor_id))
    decided = [
        (board, event)
        for board in boards
        for event in board.events
        if event.kind is kind and (kind is not FeedbackKind.PASSED or board.hidden_until)
    ]
    films = find_films(uow, actor, {board.film_id for board, _ in decided})
    return tuple(
        Decided(
            board.film_id,
            films.get(board.film_id),
            event,
            board.events,
            board.hidden_until,
        )
        for board, event in sorted(decided, key=lambda each: each[1].at, reverse=True)
    )


def standing_of(
    uow: UnitOfWorkFactory, actor: Actor, settings: Settings, distributor_id: str, film_id: str = ""
) -> dict[str, tuple[FeedbackEvent, ...]]:
    """What stands of the company's feedback about each film, or about one. Raises NotFound."""
    with uow() as tx:
        company_id = own_profile(tx, actor, distributor_id).company_id
    boards = show_board(uow, actor, settings, FeedbackFilter(company_id, distributor_id, film_id))
    return {board.film_id: board.events for board in boards}

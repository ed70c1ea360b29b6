"""What stands of one company's feedback: every event, and one board for each film and distributor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.clock import now
from service.domain.feedback import FeedbackEvent
from service.domain.paging import Page, PageRequest
from service.domain.words import FeedbackKind
from service.errors import Invalid, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action, sight
from service.settings import Settings
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

__all__ = ["Board", "list_board", "list_feedback", "show_board"]


@dataclass(frozen=True, slots=True)
class Board:
    """What stands between one distributor and one film, the latest last.

    hidden_until: when a pass stops hiding the film, None where none hides it.
    """

    film_id: str
    distributor_id: str
    events: tuple[FeedbackEvent, ...]
    hidden_until: datetime | None


def list_feedback(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: FeedbackFilter
) -> Page[FeedbackEvent]:
    """Every event of one company, the latest first; the actor's only one where none is named."""
    named = _named_company(actor, where)
    with uow() as tx:
        return tx.feedback.list(page, named)


def show_board(
    uow: UnitOfWorkFactory, actor: Actor, settings: Settings, where: FeedbackFilter
) -> tuple[Board, ...]:
    """What stands of one company's feedback, for each film and distributor."""
    named = _named_company(actor, where)
    with uow() as tx:
        return _boards(tx, settings, tx.feedback.current(named))


def list_board(
    uow: UnitOfWorkFactory, actor: Actor, settings: Settings, page: PageRequest, where: FeedbackFilter
) -> Page[Board]:
    """One page of `show_board`, the film and distributor first that were first spoken of."""
    named = _named_company(actor, where)
    with uow() as tx:
        found = tx.feedback.pairs(page, named)
        places = {pair: place for place, pair in enumerate(found.items)}
        boards = _boards(tx, settings, tx.feedback.current(named, found.items))
    ordered = sorted(boards, key=lambda board: places[board.film_id, board.distributor_id])
    return Page(tuple(ordered), found.next_after)


def _boards(tx: UnitOfWork, settings: Settings, standing: Sequence[FeedbackEvent]) -> tuple[Board, ...]:
    profiles = tx.distributors.find({event.distributor_id for event in standing})
    pairs: dict[tuple[str, str], list[FeedbackEvent]] = defaultdict(list)
    for event in standing:
        pairs[event.film_id, event.distributor_id].append(event)
    cool_down = timedelta(days=settings.pass_cooldown_days)
    return tuple(
        Board(
            film_id,
            distributor_id,
            tuple(events),
            _hidden_until(events, profiles[distributor_id].company_id, cool_down),
        )
        for (film_id, distributor_id), events in pairs.items()
    )


def _named_company(actor: Actor, where: FeedbackFilter) -> FeedbackFilter:
    seen = sight(actor, Action.READ, "feedback")
    if seen.everything:
        return where
    if not where.company_id and len(seen.companies) == 1:
        return replace(where, company_id=next(iter(seen.companies)))
    if not where.company_id:
        remedy = phrase("Say for which of them: {names}", names=", ".join(sorted(seen.companies)))
        raise Invalid.field("company_id", "you belong to several companies", remedy)
    if where.company_id not in seen.companies:
        raise NotFound("company", where.company_id, "Name one of your own companies")
    return where


def _hidden_until(events: Sequence[FeedbackEvent], company_id: str, cool_down: timedelta) -> datetime | None:
    """company_id: the distributor's own; no other company's pass hides anything."""
    own = (event for event in events if event.company_id == company_id)
    ends = [event.at + cool_down for event in own if event.kind is FeedbackKind.PASSED]
    return max((end for end in ends if end > now()), default=None)

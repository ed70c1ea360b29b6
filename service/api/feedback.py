"""Feedback: events, the board of what stands, and approaches."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from service.api.deps import ActorDep, StateDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.feedback import (
    ApproachOut,
    BoardOut,
    FeedbackBatchIn,
    FeedbackEventOut,
    FeedbackEventsOut,
    FeedbackIn,
)
from service.domain.words import FeedbackKind
from service.store.repositories.feedback import FeedbackFilter
from service.usecases import approaches, feedback, feedback_board

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["feedback"])


def _wanted(
    company_id: Annotated[str, Query(description="Needed only where you belong to several.")] = "",
    distributor_id: str = "",
    film_id: str = "",
    kind: FeedbackKind | None = None,
) -> FeedbackFilter:
    return FeedbackFilter(company_id=company_id, distributor_id=distributor_id, film_id=film_id, kind=kind)


Wanted = Annotated[FeedbackFilter, Depends(_wanted)]


@router.get("/feedback", responses=responses(404))
def list_feedback(actor: ActorDep, uow: UowDep, paging: PagingDep, where: Wanted) -> PageOf[FeedbackEventOut]:
    """Every event of your company, the latest first; no other company sees them."""
    return paging.render(feedback_board.list_feedback(uow, actor, paging.request, where), FeedbackEventOut.of)


@router.post("/feedback", status_code=201, responses=responses(404, 409))
def give_feedback(body: FeedbackIn, actor: ActorDep, uow: UowDep) -> FeedbackEventOut:
    """Record what happened. A pass hides the film from the distributor until the cool-down or a shortlist ends that.

    `meeting_asked` asks the other side for a meeting: it reads `message` and answers under /meeting-requests.
    """
    return FeedbackEventOut.of(feedback.give_feedback(uow, actor, [body.as_feedback()])[0])


@router.post("/feedback/batches", status_code=201, responses=responses(404, 409))
def give_feedback_batch(body: FeedbackBatchIn, actor: ActorDep, uow: UowDep) -> FeedbackEventsOut:
    """Record several things that happened, all or none."""
    given = [one.as_feedback() for one in body.events]
    return FeedbackEventsOut.of(feedback.give_feedback(uow, actor, given))


@router.get("/feedback/board", responses=responses(404))
def list_board(
    actor: ActorDep, uow: UowDep, state: StateDep, paging: PagingDep, where: Wanted
) -> PageOf[BoardOut]:
    """What stands of your company's feedback, for each film and distributor, those first spoken of first."""
    found = feedback_board.list_board(uow, actor, state.settings, paging.request, where)
    return paging.render(found, BoardOut.of)


@router.post("/feedback/{event_id}/undo", status_code=201, responses=responses(404, 409))
def undo_feedback(event_id: str, actor: ActorDep, uow: UowDep) -> FeedbackEventsOut:
    """Take an event back, with all of its kind that still stand for the film and distributor."""
    return FeedbackEventsOut.of(feedback.undo_feedback(uow, actor, event_id))


@router.get("/films/{film_id}/approaches", responses=responses(404))
def list_approaches(film_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[ApproachOut]:
    """What distributors address to the film's agent: meetings asked, met, offers, signed."""
    found = approaches.list_approaches(uow, actor, paging.request, film_id)
    return paging.render(found, ApproachOut.of)

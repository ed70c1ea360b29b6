"""Requests for meetings: they are asked for by feedback of the kind `meeting_asked`, and answered here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.meeting_requests import MeetingAnswerIn, MeetingRequestOut
from service.domain.meeting_requests import MeetingRequest
from service.domain.words import RequestState
from service.store.repositories.meeting_requests import RequestFilter
from service.usecases import meeting_requests

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["feedback"])


def _wanted(film_id: str = "", distributor_id: str = "", state: RequestState | None = None) -> RequestFilter:
    return RequestFilter(film_id=film_id, distributor_id=distributor_id, state=state)


@router.get("/meeting-requests", responses=responses())
def list_meeting_requests(
    actor: ActorDep, uow: UowDep, paging: PagingDep, where: Annotated[RequestFilter, Depends(_wanted)]
) -> PageOf[MeetingRequestOut]:
    """Those of your companies, asked by either side, the latest first."""
    found = meeting_requests.list_requests(uow, actor, paging.request, where)
    return paging.render(found, MeetingRequestOut.of)


@router.get("/meeting-requests/{request_id}", responses=responses(404))
def get_meeting_request(
    request_id: str, actor: ActorDep, uow: UowDep, response: Response
) -> MeetingRequestOut:
    """One request."""
    return _answer(meeting_requests.get_request(uow, actor, request_id), response)


@router.post("/meeting-requests/{request_id}/answer", responses=responses(404, 409, 412, 428))
def answer_meeting_request(
    request_id: str,
    body: MeetingAnswerIn,
    actor: ActorDep,
    uow: UowDep,
    expected: IfMatch,
    response: Response,
) -> MeetingRequestOut:
    """Accept, decline with a reason, or propose another time, where it is your turn."""
    answered = meeting_requests.answer_request(
        uow, actor, request_id, body.answer, expected, message=body.message, starts_at=body.starts_at
    )
    return _answer(answered, response)


def _answer(request: MeetingRequest, response: Response) -> MeetingRequestOut:
    set_etag(response, request.version)
    return MeetingRequestOut.of(request)
